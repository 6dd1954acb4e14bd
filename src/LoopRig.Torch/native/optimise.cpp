#include "program.h"

namespace looprig {
void optimise(Program& program) { drop_dead(program); }
}  // namespace looprig
