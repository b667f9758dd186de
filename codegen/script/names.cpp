#include "tricklec/codegen/script/script.h"

namespace tricklec::codegen::script {

const char* NameOf(ir::RefreshMode mode) {
  switch (mode) {
    case ir::RefreshMode::Auto: return "AUTO";
    case ir::RefreshMode::Immediate: return "IMMEDIATE";
    case ir::RefreshMode::Differential: return "DIFFERENTIAL";
    case ir::RefreshMode::Full: return "FULL";
  }
  return "";
}

const char* NameOf(ivm::Strategy strategy) {
  switch (strategy) {
    case ivm::Strategy::Linear: return "linear";
    case ivm::Strategy::Algebraic: return "algebraic";
    case ivm::Strategy::Keyed: return "keyed";
    case ivm::Strategy::Whole: return "whole";
    case ivm::Strategy::Full: return "full";
  }
  return "";
}

const char* NameOf(ivm::LockClass lock_class) {
  switch (lock_class) {
    case ivm::LockClass::None: return "none";
    case ivm::LockClass::Key: return "key";
    case ivm::LockClass::Table: return "table";
  }
  return "";
}

const char* NameOf(ivm::ColumnRole role) {
  switch (role) {
    case ivm::ColumnRole::Key: return "key";
    case ivm::ColumnRole::Value: return "value";
    case ivm::ColumnRole::Hidden: return "hidden";
  }
  return "";
}

const char* NameOf(ivm::Compare compare) {
  switch (compare) {
    case ivm::Compare::Image: return "image";
    case ivm::Compare::Equal: return "equal";
    case ivm::Compare::Approximate: return "approximate";
  }
  return "";
}

}  // namespace tricklec::codegen::script
