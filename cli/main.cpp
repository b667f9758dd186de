#include <iostream>

#include "tricklec/cli/run.h"

int main(int argc, char** argv) {
  std::vector<std::string> args(argv + 1, argv + argc);
  return tricklec::cli::Run(std::move(args), std::cin, std::cout, std::cerr);
}
