#pragma once

#include <gtest/gtest.h>

#include <map>
#include <string>

#include "tricklec/testsupport/session.h"

namespace tricklec::testsupport {

/// What a database consists of: the identity of each object (relation, column, constraint, index, function,
/// trigger, rule, type, sequence, comment, dependency, row of the runtime's catalog) and its definition,
/// owner and privileges. What depends on the order in which things were made, and on nothing else, is left
/// out or replaced by names: object ids, pgt_id, transaction ids, times, the order of a change buffer's
/// columns, the order of grants.
using Objects = std::map<std::string, std::string>;

/// The objects of the session's database. To be called as a superuser.
Objects ObjectsOf(Session& session);

/// Whether two databases consist of the same objects. The failure lists what only one of them has, and
/// what they have differently.
testing::AssertionResult SameObjects(const Objects& actual, const Objects& expected);

}  // namespace tricklec::testsupport
