#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <utility>
#include <vector>

namespace tricklec::cli {

/// Adds an option whose value is one of some words. Another word is a usage error that names them.
template <typename T>
CLI::Option* AddChoice(CLI::App& command, const std::string& name, T& value,
                       const std::string& description,
                       std::vector<std::pair<std::string, T>> choices) {
  std::string words;
  for (const auto& [word, meaning] : choices) words += (words.empty() ? "" : ", ") + word;
  return command.add_option_function<std::string>(
      name,
      [name, words, choices = std::move(choices), &value](const std::string& given) {
        for (const auto& [word, meaning] : choices) {
          if (word != given) continue;
          value = meaning;
          return;
        }
        throw CLI::ValidationError(name, "`" + given + "` is not available, there is: " + words);
      },
      description + ": " + words);
}

}  // namespace tricklec::cli
