-- A second definition of one name.
-- RUN: not tricklec compile --emit catalog %s 2>&1 | FileCheck %s
CREATE TABLE orders (id bigint);
-- CHECK: :[[@LINE+1]]:14: error[ST2002]: table `public.orders` exists already
CREATE TABLE orders (id int);
CREATE TABLE IF NOT EXISTS orders (id int);
-- CHECK: :[[@LINE+1]]:23: error[ST2002]: column `a` exists already
CREATE TABLE u (a int, a text);
-- CHECK-NOT: error[
