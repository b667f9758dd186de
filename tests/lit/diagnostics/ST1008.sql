-- Escapes that stand for no character.
-- RUN: verify-diagnostics %s

-- expected-error@+1 {{ST1008: invalid escape `\\006`}}
DROP STREAM TABLE U&"d\006";
-- expected-error@+1 {{ST1008: invalid escape `'a'`}}
DROP STREAM TABLE U&"d" UESCAPE 'a';
-- expected-error@+1 {{ST1008: invalid escape `\\DEAD`}}
DROP STREAM TABLE U&"\0061" UESCAPE '!', U&"a\DEAD";
