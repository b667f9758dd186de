-- UPDATE: full
-- Names as PostgreSQL reads them.
-- RUN: tricklec compile --emit=ast %sql | FileCheck %s
DROP STREAM TABLE FOO, "Foo", ÄPFEL, a$1, _x;
DROP STREAM TABLE "with ""quotes"" in it" , "a b" . "c;d";
DROP STREAM TABLE U&"d\0061t\+000061", U&"d!0061t" UESCAPE '!';
DROP /* a */ STREAM -- b
  TABLE"a";

-- CHECK: drop stream table "foo", "Foo", "Äpfel", "a$1", "_x" @4:1-4:45
-- CHECK-NEXT: drop stream table "with ""quotes"" in it", "a b"."c;d" @5:1-5:58
-- CHECK-NEXT: drop stream table "data", "dat" @6:1-6:63
-- CHECK-NEXT: drop stream table "a" @7:1-8:11
-- CHECK-NOT: {{.}}
