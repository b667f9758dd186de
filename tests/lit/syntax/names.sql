-- UPDATE: full
-- Names as PostgreSQL reads them.
-- RUN: tricklec compile --emit=ast %sql | FileCheck %s
DROP STREAM TABLE FOO, "Foo", ÄPFEL, a$1, _x;
DROP STREAM TABLE "with ""quotes"" in it" , "a b" . "c;d";
DROP STREAM TABLE U&"d\0061t\+000061", U&"d!0061t" UESCAPE '!';
DROP /* a */ STREAM -- b
  TABLE"a";
