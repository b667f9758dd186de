// The statements about stream tables. None of their key words is reserved: `name` takes all of
// them except those that PostgreSQL itself reserves and that would make a statement unreadable
// here (AS, CREATE, NOT, ON, OR, TABLE, TO, WITH).
//
// The grammar is kept unambiguous and without recursion: the first lets a test run it with exact
// ambiguity detection, the second lets the facade enumerate what could stand at the place of an
// error. What is only a wrong value (an unknown option, a bad duration, a clause given twice) is
// read here and refused later, with a better message than a syntax error.
parser grammar StreamParser;

options { tokenVocab = StreamLexer; }

statement
    : ( createStreamTable | alterStreamTable | dropStreamTable | refreshStreamTable | gateSource
      | ungateSource ) EOF
    ;

createStreamTable
    : CREATE orReplace? STREAM TABLE ifNotExists? qualifiedName columnList? clause* AS query withData?
    ;

orReplace: OR REPLACE;
ifNotExists: IF NOT EXISTS;
columnList: LEFT_PAREN name (COMMA name)* RIGHT_PAREN;
query: QUERY;
withData: WITH NO? DATA;

clause
    : modeClause | appendOnlyClause | scheduleClause | gatedByClause | notGatedClause | diamondClause
    | captureClause | requireClause | withClause | tablespaceClause
    ;

modeClause: refreshMode;
refreshMode: AUTO | IMMEDIATE | DIFFERENTIAL | FULL;
appendOnlyClause: APPEND ONLY (ON sourceList)?;
scheduleClause: SCHEDULE schedule;
schedule: durationSchedule | cronSchedule | calculatedSchedule;
durationSchedule: string;
cronSchedule: CRON string;
calculatedSchedule: CALCULATED;
gatedByClause: GATED BY (allSources | sourceList) initiallyGated?;
allSources: ALL SOURCES;
initiallyGated: INITIALLY GATED;
notGatedClause: NOT GATED;
diamondClause: DIAMOND diamondConsistency diamondPolicy?;
diamondConsistency: ATOMIC | INDEPENDENT;
diamondPolicy: FASTEST | SLOWEST;
captureClause: CAPTURE captureLevel;
captureLevel: STATEMENT | ROW;
requireClause: REQUIRE requirementList;
requirementList: LEFT_PAREN requirement (COMMA requirement)* RIGHT_PAREN;
requirement: limitRequirement | noRequirement | plainRequirement;
limitRequirement: name LESS_EQUAL name;
noRequirement: NO name;
plainRequirement: name;
withClause: WITH optionList;
optionList: LEFT_PAREN option (COMMA option)* RIGHT_PAREN;
option: optionName (EQUAL optionValue)?;
optionName: name (DOT name)?;
optionValue: name | string | ON | (MINUS | PLUS)? NUMBER;
tablespaceClause: TABLESPACE name;
sourceList: LEFT_PAREN qualifiedName (COMMA qualifiedName)* RIGHT_PAREN;

alterStreamTable: ALTER STREAM TABLE ifExists? qualifiedName (alterAction (COMMA alterAction)* | aloneAction);
ifExists: IF EXISTS;

alterAction
    : setMode | setSchedule | resetSchedule | setAppendOnly | dropAppendOnly | setGatedBy | setNotGated
    | setDiamond | setCapture | setRequire | dropRequire | setOptions | resetOptions | setTablespace
    | suspend | resume
    ;

setMode: SET refreshMode;
setSchedule: SET scheduleClause;
resetSchedule: RESET SCHEDULE;
setAppendOnly: SET appendOnlyClause;
dropAppendOnly: DROP APPEND ONLY;
setGatedBy: SET gatedByClause;
setNotGated: SET notGatedClause;
setDiamond: SET diamondClause;
setCapture: SET captureClause;
setRequire: SET requireClause;
dropRequire: DROP REQUIRE;
setOptions: SET optionList;
resetOptions: RESET LEFT_PAREN optionName (COMMA optionName)* RIGHT_PAREN;
setTablespace: SET tablespaceClause;
suspend: SUSPEND;
resume: RESUME;

// These cannot be combined with other actions.
aloneAction: setQuery | renameTo | setSchema | ownerTo;
setQuery: AS query;
renameTo: RENAME TO name;
setSchema: SET SCHEMA name;
ownerTo: OWNER TO name;

dropStreamTable: DROP STREAM TABLE ifExists? qualifiedName (COMMA qualifiedName)* dropBehavior?;
dropBehavior: CASCADE | RESTRICT;
refreshStreamTable: REFRESH STREAM TABLE qualifiedName fullRefresh?;
fullRefresh: FULL;
gateSource: GATE SOURCE qualifiedName (COMMA qualifiedName)* withoutCapture?;
withoutCapture: WITHOUT CAPTURE;
ungateSource: UNGATE SOURCE qualifiedName (COMMA qualifiedName)*;

qualifiedName: name (DOT name)*;
name: (WORD | freeKeyword) | QUOTED_NAME | UNICODE_NAME (UESCAPE simpleString)?;
string: STRING | ESCAPE_STRING | DOLLAR_STRING | UNICODE_STRING (UESCAPE simpleString)?;
simpleString: STRING;

freeKeyword
    : ALL | ALTER | APPEND | ATOMIC | AUTO | BY | CALCULATED | CAPTURE | CASCADE | CRON | DATA | DIAMOND
    | DIFFERENTIAL | DROP | EXISTS | FASTEST | FULL | GATE | GATED | IF | IMMEDIATE | INDEPENDENT
    | INITIALLY | NO | ONLY | OWNER | REFRESH | RENAME | REPLACE | REQUIRE | RESET | RESTRICT | RESUME
    | ROW | SCHEDULE | SCHEMA | SET | SLOWEST | SOURCE | SOURCES | STATEMENT | STREAM | SUSPEND
    | TABLESPACE | UESCAPE | UNGATE | WITHOUT
    ;
