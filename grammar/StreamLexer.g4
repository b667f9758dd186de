// Tokens of the statements about stream tables, cut as PostgreSQL's scanner cuts them
// (https://www.postgresql.org/docs/15/sql-syntax-lexical.html, standard_conforming_strings on).
//
// The text of a statement may hold anything (the defining query is in it), so every character
// belongs to some token: there are no lexical errors here. The splitter has reported unterminated
// literals before.
lexer grammar StreamLexer;

tokens {
  // Never cut by the lexer: the facade puts one in place of all tokens of a defining query.
  QUERY
}

@lexer::members {
  // What follows the opening tag of a dollar-quoted string cannot be described by a rule (the closing tag must be the same), nor
  // nested comments without recursion, so these two consume their text themselves.
  bool Accept(const std::string& ascii) {
    for (size_t i = 0; i < ascii.size(); ++i) {
      if (_input->LA(static_cast<ssize_t>(i + 1)) != static_cast<unsigned char>(ascii[i])) return false;
    }
    for (size_t i = 0; i < ascii.size(); ++i) _input->consume();
    return true;
  }

  void SkipDollarBody() {
    std::vector<size_t> tag;
    for (size_t i = tokenStartCharIndex; i < _input->index(); ++i) {
      tag.push_back(_input->LA(static_cast<ssize_t>(i) - static_cast<ssize_t>(_input->index())));
    }
    for (; _input->LA(1) != antlr4::CharStream::EOF; _input->consume()) {
      size_t matched = 0;
      while (matched < tag.size() && _input->LA(static_cast<ssize_t>(matched + 1)) == tag[matched]) {
        ++matched;
      }
      if (matched == tag.size()) {
        for (size_t i = 0; i < matched; ++i) _input->consume();
        return;
      }
    }
  }

  void SkipComment() {
    for (size_t depth = 1; depth > 0 && _input->LA(1) != antlr4::CharStream::EOF;) {
      if (Accept("/*")) {
        ++depth;
      } else if (Accept("*/")) {
        --depth;
      } else {
        _input->consume();
      }
    }
  }
}

ALL: A L L;
ALTER: A L T E R;
APPEND: A P P E N D;
AS: A S;
ATOMIC: A T O M I C;
AUTO: A U T O;
BY: B Y;
CALCULATED: C A L C U L A T E D;
CAPTURE: C A P T U R E;
CASCADE: C A S C A D E;
CREATE: C R E A T E;
CRON: C R O N;
DATA: D A T A;
DIAMOND: D I A M O N D;
DIFFERENTIAL: D I F F E R E N T I A L;
DROP: D R O P;
EXISTS: E X I S T S;
FASTEST: F A S T E S T;
FULL: F U L L;
GATE: G A T E;
GATED: G A T E D;
IF: I F;
IMMEDIATE: I M M E D I A T E;
INDEPENDENT: I N D E P E N D E N T;
INITIALLY: I N I T I A L L Y;
NO: N O;
NOT: N O T;
ON: O N;
ONLY: O N L Y;
OR: O R;
OWNER: O W N E R;
REFRESH: R E F R E S H;
RENAME: R E N A M E;
REPLACE: R E P L A C E;
REQUIRE: R E Q U I R E;
RESET: R E S E T;
RESTRICT: R E S T R I C T;
RESUME: R E S U M E;
ROW: R O W;
SCHEDULE: S C H E D U L E;
SCHEMA: S C H E M A;
SET: S E T;
SLOWEST: S L O W E S T;
SOURCE: S O U R C E;
SOURCES: S O U R C E S;
STATEMENT: S T A T E M E N T;
STREAM: S T R E A M;
SUSPEND: S U S P E N D;
TABLE: T A B L E;
TABLESPACE: T A B L E S P A C E;
TO: T O;
UESCAPE: U E S C A P E;
UNGATE: U N G A T E;
WITH: W I T H;
WITHOUT: W I T H O U T;

// Any other unquoted identifier or key word of PostgreSQL.
WORD: IDENT_START IDENT_PART*;
QUOTED_NAME: '"' (~'"' | '""')* '"';
UNICODE_NAME: U '&' '"' (~'"' | '""')* '"';

// Parts of a literal on several lines are one literal.
STRING: QUOTED (NEWLINE_GAP QUOTED)*;
ESCAPE_STRING: E ESCAPE_QUOTED (NEWLINE_GAP ESCAPE_QUOTED)*;
UNICODE_STRING: U '&' QUOTED (NEWLINE_GAP QUOTED)*;
OTHER_STRING: (B | X | N) QUOTED (NEWLINE_GAP QUOTED)*;

DOLLAR_STRING: '$' TAG? '$' { SkipDollarBody(); };

NUMBER: (DIGIT+ ('.' DIGIT*)? | '.' DIGIT+) (E [+\-]? DIGIT+)?;

LEFT_PAREN: '(';
RIGHT_PAREN: ')';
COMMA: ',';
DOT: '.';
MINUS: '-';
PLUS: '+';
EQUAL: '=';
LESS_EQUAL: '<=';

SPACE: [ \t\r\n\f\u000B]+ -> channel(HIDDEN);
LINE_COMMENT: '--' ~[\r\n]* -> channel(HIDDEN);
COMMENT: '/*' { SkipComment(); } -> channel(HIDDEN);

OTHER: .;

fragment IDENT_START: [a-zA-Z_\u0080-\u{10FFFF}];
fragment IDENT_PART: IDENT_START | DIGIT | '$';
fragment TAG: IDENT_START (IDENT_START | DIGIT)*;
fragment DIGIT: [0-9];
fragment QUOTED: '\'' (~'\'' | '\'\'')* '\'';
fragment ESCAPE_QUOTED: '\'' (~['\\] | '\'\'' | '\\' .)* '\'';
fragment NEWLINE_GAP: [ \t\f\u000B]* ('--' ~[\r\n]*)? [\r\n] ([ \t\r\n\f\u000B] | '--' ~[\r\n]* [\r\n])*;

fragment A: [aA];
fragment B: [bB];
fragment C: [cC];
fragment D: [dD];
fragment E: [eE];
fragment F: [fF];
fragment G: [gG];
fragment H: [hH];
fragment I: [iI];
fragment K: [kK];
fragment L: [lL];
fragment M: [mM];
fragment N: [nN];
fragment O: [oO];
fragment P: [pP];
fragment Q: [qQ];
fragment R: [rR];
fragment S: [sS];
fragment T: [tT];
fragment U: [uU];
fragment V: [vV];
fragment W: [wW];
fragment X: [xX];
fragment Y: [yY];
