// ALTER STREAM TABLE: what the runtime can do by itself.

#include <fmt/format.h>

#include <string>

#include "tricklec/codegen/pipeline.h"

namespace tricklec::codegen {

namespace {

using source::Code;

class AlterationReader {
 public:
  AlterationReader(const ivm::Program* program, source::Diagnostics& diagnostics)
      : program_(program), diagnostics_(diagnostics) {}

  void Read(const syntax::AlterAction& action) {
    range_ = action.range;
    std::visit(*this, action.action);
  }

  void operator()(const syntax::SetSchedule& set) {
    bool calculated = set.schedule.kind == syntax::Schedule::Kind::Calculated;
    SetTo(calculated ? "calculated" : set.schedule.text);
  }
  void operator()(const syntax::ResetSchedule&) { SetTo("calculated"); }
  void operator()(const syntax::SetDiamond& set) {
    RefuseIfImmediate("DIAMOND");
    result.properties.atomic = set.diamond.consistency == syntax::Diamond::Consistency::Atomic;
    if (set.diamond.policy) {
      result.properties.slowest = *set.diamond.policy == syntax::Diamond::Policy::Slowest;
    }
  }
  void operator()(const syntax::SetOptions& set) {
    const syntax::Options& options = set.options;
    if (options.hidden_columns || options.auxiliary || options.facts || options.float_mode ||
        !options.storage.empty()) {
      NotSupported("SET of options other than `full_threshold`");
    }
    if (!options.full_threshold) return;
    RefuseIfImmediate("`full_threshold`");
    result.properties.full_threshold = options.full_threshold->value;
  }
  void operator()(const syntax::ResetOptions& reset) {
    for (const syntax::Name& option : reset.options) {
      if (option.text != "full_threshold") {
        NotSupported("RESET of options other than `full_threshold`");
        return;
      }
    }
    RefuseIfImmediate("`full_threshold`");
    result.properties.full_threshold = -1;
  }
  void operator()(const syntax::Suspend&) { result.suspend = true; }
  void operator()(const syntax::Resume&) { result.suspend = false; }

  void operator()(const syntax::SetMode&) { NotSupported("SET of the refresh mode"); }
  void operator()(const syntax::SetAppendOnly&) { NotSupported("SET APPEND ONLY"); }
  void operator()(const syntax::DropAppendOnly&) { NotSupported("DROP APPEND ONLY"); }
  void operator()(const syntax::SetGating&) { NotSupported("SET of the gating"); }
  void operator()(const syntax::SetCapture&) { NotSupported("SET CAPTURE"); }
  void operator()(const syntax::SetRequirements&) { NotSupported("SET REQUIRE"); }
  void operator()(const syntax::DropRequirements&) { NotSupported("DROP REQUIRE"); }
  void operator()(const syntax::SetTablespace&) { NotSupported("SET TABLESPACE"); }
  void operator()(const syntax::SetQuery&) { NotSupported("another query"); }
  void operator()(const syntax::RenameTo&) { NotSupported("RENAME"); }
  void operator()(const syntax::SetSchema&) { NotSupported("SET SCHEMA"); }
  void operator()(const syntax::OwnerTo&) { NotSupported("OWNER TO"); }

  script::Alteration result;

 private:
  void SetTo(std::string schedule) {
    if (IsImmediate()) {
      Explain(diagnostics_.Report(Code::ScheduleWithImmediate, range_));
    }
    result.properties.schedule = std::move(schedule);
  }

  bool IsImmediate() const {
    return program_ != nullptr && program_->mode == ir::RefreshMode::Immediate;
  }

  void RefuseIfImmediate(const char* clause) {
    if (!IsImmediate()) return;
    Explain(diagnostics_.Report(Code::ClauseWithoutMeaning, range_, clause, "an IMMEDIATE"));
  }

  void Explain(source::Diagnostics::Builder builder) {
    builder.AddLabel(program_->definition.name_range, "this stream table is IMMEDIATE")
        .AddNote(
            "an IMMEDIATE stream table is maintained by the statement that changes a source, it "
            "is never refreshed");
  }

  void NotSupported(const char* what) {
    diagnostics_
        .Report(Code::StatementNotSupported, range_,
                fmt::format("ALTER STREAM TABLE with {}", what))
        .AddNote("it changes what the script of the stream table consists of")
        .AddHelp("drop the stream table and create it again with the new definition");
  }

  const ivm::Program* program_;
  source::Diagnostics& diagnostics_;
  source::Range range_;
};

}  // namespace

std::optional<script::Alteration> ReadAlteration(const syntax::AlterStreamTable& statement,
                                                 const ivm::Program* program,
                                                 source::Diagnostics& diagnostics) {
  size_t errors_before = diagnostics.error_count();
  AlterationReader reader(program, diagnostics);
  for (const syntax::AlterAction& action : statement.actions) reader.Read(action);
  if (diagnostics.error_count() > errors_before) return std::nullopt;
  return std::move(reader.result);
}

}  // namespace tricklec::codegen
