// Which parts of a step need nothing of each other: the streams of a network whose responses are joined at the end.
#include "program.h"

#include <algorithm>

namespace looprig {

// A lane must be worth a thread.
constexpr size_t kFewestKernels = 8;

void find_lanes(Program& program) {
    const auto& nodes = program.nodes;
    program.lanes.clear();
    program.head.clear();
    program.tail.clear();
    for (size_t i = 0; i < nodes.size(); i++) program.head.push_back(i);
    if (!program.device.is_cpu()) return;

    std::vector<int> writer(program.registers, -1);
    for (size_t i = 0; i < nodes.size(); i++)
        for (const auto& results : nodes[i].outputs)
            for (int reg : results)
                if (reg >= 0) writer[reg] = static_cast<int>(i);

    // Where the lanes meet: the last call of several values, each with work of its own behind it.
    for (size_t join = nodes.size(); join-- > 0;) {
        const size_t count = nodes[join].feeds.size();
        if (count < 2) continue;
        constexpr int nobody = -1, several = -2;
        std::vector<int> lane(nodes.size(), nobody);
        for (size_t k = 0; k < count; k++) {
            std::vector<char> behind(nodes.size(), 0);
            if (const int first = writer[nodes[join].feeds[k].reg]; first >= 0) behind[first] = 1;
            for (size_t i = join; i-- > 0;) {
                if (!behind[i]) continue;
                lane[i] = lane[i] == nobody ? static_cast<int>(k) : several;
                for (const auto& feed : nodes[i].feeds)
                    if (writer[feed.reg] >= 0) behind[writer[feed.reg]] = 1;
            }
        }
        std::vector<size_t> kernels(count, 0);
        for (size_t i = 0; i < nodes.size(); i++)
            if (lane[i] >= 0 && nodes[i].kernel) kernels[lane[i]]++;
        if (*std::min_element(kernels.begin(), kernels.end()) < kFewestKernels) continue;

        // What no lane needs (the next state) goes with the lane that it follows from, or to the end.
        std::vector<char> late(nodes.size(), 0);
        program.head.clear();
        program.lanes.assign(count, {});
        for (size_t i = 0; i < nodes.size(); i++) {
            bool after = i == join;
            int of = lane[i] == several ? nobody : lane[i];
            for (const auto& feed : nodes[i].feeds) {
                const int before = writer[feed.reg];
                if (before < 0) continue;
                after |= late[before] || (of >= 0 && lane[before] >= 0 && lane[before] != of);
                if (of < 0) of = lane[before];
            }
            late[i] = after;
            lane[i] = after || of < 0 ? nobody : of;
            (after ? program.tail : lane[i] >= 0 ? program.lanes[lane[i]] : program.head).push_back(i);
        }
        return;
    }
}

}  // namespace looprig
