-- Types that no statement defines; after CREATE EXTENSION of one we have no data of, any type may be its.
-- RUN: tricklec compile --emit catalog %s 2>&1 >/dev/null | FileCheck %s
CREATE TYPE mood AS ENUM ('ok');
-- CHECK: :[[@LINE+1]]:19: warning[ST2005]: there is no type `moood`
CREATE TABLE t (a moood, b date(3));
-- CHECK: help: did you mean `mood`?
-- CHECK: :[[@LINE-2]]:28: warning[ST2005]: type `date` takes no modifier
CREATE EXTENSION postgis;
CREATE TABLE u (place geometry(Point, 4326));
-- CHECK-NOT: ST2005
