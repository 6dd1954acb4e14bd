// Running a recorded step.
#include "program.h"

#include <ATen/Functions.h>
#include <ATen/Parallel.h>
#include <c10/core/InferenceMode.h>
#include <malloc.h>

#include <time.h>
#include <cstring>
#include <sstream>

namespace looprig {

using c10::IValue;

int Node::fed(int argument) const {
    for (const auto& feed : feeds)
        if (feed.argument == argument && feed.element < 0) return feed.reg;
    return -1;
}

void drop_dead(Program& program) {
    std::vector<char> read(program.registers, 0);
    for (const auto* sources : {&program.outputs, &program.next_state})
        for (const auto& source : *sources)
            if (source.reg >= 0) read[source.reg] = 1;
    std::vector<Node> live;
    for (size_t i = program.nodes.size(); i-- > 0;) {
        auto& node = program.nodes[i];
        bool needed = false;
        for (const auto& registers : node.outputs)
            for (int reg : registers) needed |= reg >= 0 && read[reg];
        if (!needed) continue;
        for (const auto& feed : node.feeds) read[feed.reg] = 1;
        live.push_back(std::move(node));
    }
    std::reverse(live.begin(), live.end());
    program.nodes = std::move(live);
}

// Values go with their last reader. What several lanes read stays, because none of them knows who is last.
void Program::plan_releases() {
    std::vector<char> kept(registers, 0);
    for (const auto* sources : {&outputs, &next_state})
        for (const auto& source : *sources)
            if (source.reg >= 0) kept[source.reg] = 1;
    std::vector<int> reader(registers, -1);  // the lane
    for (size_t lane = 0; lane < lanes.size(); lane++) {
        for (const size_t i : lanes[lane]) {
            for (const auto& feed : nodes[i].feeds) {
                if (reader[feed.reg] >= 0 && reader[feed.reg] != static_cast<int>(lane)) kept[feed.reg] = 1;
                reader[feed.reg] = static_cast<int>(lane);
            }
        }
    }
    for (size_t i = nodes.size(); i-- > 0;) nodes[i].release.clear();
    const auto plan = [&](const std::vector<size_t>& indices) {
        for (size_t k = indices.size(); k-- > 0;) {
            auto& node = nodes[indices[k]];
            const auto last = [&](int reg) {
                if (reg >= 0 && !kept[reg]) {
                    kept[reg] = 1;
                    node.release.push_back(reg);
                }
            };
            for (const auto& feed : node.feeds) last(feed.reg);
            for (const auto& results : node.outputs)
                for (int reg : results) last(reg);
        }
    };
    plan(tail);
    for (const auto& lane : lanes) plan(lane);
    plan(head);
}

void Program::seal() {
    // Big blocks stay with the process between steps: giving them back would cost page faults in each.
    mallopt(M_MMAP_THRESHOLD, 256 << 20);
    mallopt(M_TRIM_THRESHOLD, 512 << 20);

    share_state();
    find_lanes(*this);
    plan_releases();
    values.assign(registers, at::Tensor());
    std::ostringstream text;
    for (const auto& node : nodes) {
        text << node.title() << '(';
        for (size_t f = 0; f < node.feeds.size(); f++) text << (f > 0 ? ", %" : "%") << node.feeds[f].reg;
        text << ") ->";
        for (const auto& results : node.outputs)
            for (int reg : results) text << " %" << reg;
        text << '\n';
    }
    listing = text.str();
}

// A state that a kernel computes, and the older states that it is handed on to, are passed by reference: the kernel keeps as many results.
void Program::share_state() {
    std::vector<int> state_of(registers, -1);
    for (size_t i = 0; i < state_registers.size(); i++) state_of[state_registers[i]] = static_cast<int>(i);
    std::vector<char> taken(registers, 0);
    for (auto& source : next_state) {
        if (source.reg < 0 || taken[source.reg]) continue;
        int reg = source.reg;
        int64_t runs = 1;
        while (state_of[reg] >= 0 && runs <= static_cast<int64_t>(next_state.size())) {
            reg = next_state[state_of[reg]].reg;
            runs++;
            if (reg < 0) break;
        }
        if (reg < 0 || state_of[reg] >= 0) continue;
        for (auto& node : nodes) {
            for (size_t r = 0; node.kernel && r < node.outputs.size(); r++)
                if (node.outputs[r][0] == reg) source.shared = node.kernel->keep(r, runs);
        }
        if (source.shared) taken[source.reg] = 1;
    }
    // What a state is handed on from must itself not be copied over before its time.
    for (bool stable = false; !stable;) {
        stable = true;
        for (auto& source : next_state) {
            if (!source.shared || state_of[source.reg] < 0 || next_state[state_of[source.reg]].shared) continue;
            source.shared = stable = false;
        }
    }
}

void Program::call_kernel(Node& node) {
    at::Tensor inputs[kMaxKernelInputs], results[kMaxKernelResults];
    for (size_t f = 0; f < node.feeds.size(); f++) inputs[f] = values[node.feeds[f].reg];
    node.kernel->run(inputs, results, turn);
    for (size_t r = 0; r < node.outputs.size(); r++)
        if (node.outputs[r][0] >= 0) values[node.outputs[r][0]] = std::move(results[r]);
}

void Program::call(Node& node, torch::jit::Stack& stack) {
    if (node.kernel) return call_kernel(node);
    stack.clear();
    stack.insert(stack.end(), node.arguments.begin(), node.arguments.end());
    for (const auto& feed : node.feeds) {
        auto& argument = stack[feed.argument];
        if (feed.element < 0) {
            argument = values[feed.reg];
        } else if (argument.isTensorList()) {
            argument.toTensorList().set(feed.element, values[feed.reg]);
        } else {
            argument.toList().set(feed.element, values[feed.reg]);
        }
    }
    node.op->handle.callBoxed(&stack);
    for (size_t r = 0; r < node.outputs.size(); r++) {
        const auto& results = node.outputs[r];
        if (stack[r].isTensor()) {
            if (results[0] >= 0) values[results[0]] = std::move(stack[r]).toTensor();
        } else {
            const auto list = stack[r].toTensorVector();
            for (size_t e = 0; e < results.size(); e++)
                if (results[e] >= 0) values[results[e]] = list[e];
        }
    }
}

static void copy(const at::Tensor& from, at::Tensor& to) {
    if (from.is_cpu() && from.is_contiguous() && to.is_contiguous() && from.scalar_type() == to.scalar_type())
        std::memcpy(to.data_ptr(), from.data_ptr(), from.nbytes());
    else
        to.copy_(from);
}

std::vector<at::Tensor> make_block(const std::vector<at::Tensor>& examples, c10::Device device, at::Tensor& block) {
    constexpr int64_t alignment = 64;
    int64_t bytes = 0;
    std::vector<int64_t> offsets;
    for (const auto& example : examples) {
        offsets.push_back(bytes);
        bytes += (static_cast<int64_t>(example.numel() * example.element_size()) + alignment - 1) / alignment * alignment;
    }
    block = at::zeros({bytes}, at::TensorOptions().dtype(at::kByte).device(device));
    std::vector<at::Tensor> views;
    for (size_t i = 0; i < examples.size(); i++) {
        const auto& example = examples[i];
        views.push_back(block.narrow(0, offsets[i], static_cast<int64_t>(example.numel() * example.element_size())).view(example.scalar_type()).view(example.sizes()));
    }
    return views;
}

void Program::run() {
    if (accelerator) return accelerator->run(*this);
    compute();
    current = 1 - current;
    turn++;
}

// Of the processor on this thread: what else the machine does meanwhile is not counted.
static int64_t now() {
    timespec time;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return time.tv_sec * 1000000000LL + time.tv_nsec;
}

void Program::call_all(const std::vector<size_t>& indices) {
    static thread_local torch::jit::Stack stack;
    for (const size_t i : indices) {
        auto& node = nodes[i];
        const int64_t begin = timed ? now() : 0;
        try {
            call(node, stack);
        } catch (...) {
            running = i;  // of several that fail at once, one
            throw;
        }
        for (int reg : node.release) values[reg].reset();
        if (timed) elapsed[i] += now() - begin;
    }
}

void Program::compute() {
    c10::InferenceMode inference(true);
    const auto& before = state[current];
    auto& after = state[1 - current];
    for (size_t i = 0; i < input_buffers.size(); i++) values[input_registers[i]] = input_buffers[i];
    for (size_t i = 0; i < before.size(); i++) values[state_registers[i]] = before[i];
    call_all(head);
    const int64_t count = static_cast<int64_t>(lanes.size()), threads = at::get_num_threads();
    if (threads > 1 && count % threads == 0) {
        at::parallel_for(0, count, count / threads, [&](int64_t first, int64_t end) {
            c10::InferenceMode here(true);
            for (int64_t lane = first; lane < end; lane++) call_all(lanes[lane]);
        });
    } else {
        for (const auto& lane : lanes) call_all(lane);
    }
    call_all(tail);
    for (size_t i = 0; i < outputs.size(); i++) copy(outputs[i].reg >= 0 ? values[outputs[i].reg] : outputs[i].constant, output_buffers[i]);
    for (size_t i = 0; i < after.size(); i++) {
        const auto& source = next_state[i];
        if (source.shared) after[i] = values[source.reg];
        else copy(source.reg >= 0 ? values[source.reg] : source.constant, after[i]);
    }
}

void Program::reset() {
    c10::InferenceMode inference(true);
    for (size_t i = 0; i < initial_state.size(); i++) copy(initial_state[i], state[current][i]);
    if (accelerator) accelerator->wait();
}

}  // namespace looprig

using namespace looprig;

static Program& of(lr_program program) { return *reinterpret_cast<Program*>(program); }

int32_t lr_program_free(lr_program program) {
    LR_GUARD_BEGIN
    delete reinterpret_cast<Program*>(program);
    LR_GUARD_END
}

static int32_t fail_running(const Program& program, const char* message) noexcept {
    try {
        if (program.running >= program.nodes.size()) return fail(message);
        const auto& node = program.nodes[program.running];
        const auto schema = node.op != nullptr ? "\n  schema: " + node.op->schema : std::string();
        return fail("frozen step, call " + std::to_string(program.running) + ", " + node.title() + ": " + message + schema);
    } catch (...) {
        return fail("out of memory");
    }
}

int32_t lr_program_run(lr_program handle) {
    auto& program = of(handle);
    try {
        program.run();
        return 0;
    } catch (const c10::Error& e) {
        return fail_running(program, e.what_without_backtrace());
    } catch (const std::exception& e) {
        return fail_running(program, e.what());
    } catch (...) {
        return fail_running(program, "an exception of an unknown type");
    }
}

int32_t lr_program_buffer(lr_program handle, int32_t kind, int32_t index, lr_tensor* buffer) {
    LR_GUARD_BEGIN
    auto& program = of(handle);
    const auto& buffers = kind == LR_BUFFER_INPUT    ? program.accelerator ? program.host_inputs : program.input_buffers
                          : kind == LR_BUFFER_OUTPUT ? program.accelerator ? program.host_outputs : program.output_buffers
                                                     : program.state[program.current];
    TORCH_CHECK(index >= 0 && index < static_cast<int32_t>(buffers.size()), "there is no buffer ", index);
    *buffer = give(buffers[index]);
    LR_GUARD_END
}

int32_t lr_program_reset(lr_program handle) {
    LR_GUARD_BEGIN
    of(handle).reset();
    LR_GUARD_END
}

int32_t lr_program_listing(lr_program handle, const char** text) {
    *text = of(handle).listing.c_str();
    return 0;
}

int32_t lr_program_time_calls(lr_program handle, int32_t on) {
    LR_GUARD_BEGIN
    auto& program = of(handle);
    program.timed = on != 0;
    program.elapsed.assign(program.nodes.size(), 0);
    LR_GUARD_END
}

int32_t lr_program_call_times(lr_program handle, const int64_t** nanoseconds, int32_t* count) {
    auto& program = of(handle);
    *nanoseconds = program.elapsed.data();
    *count = static_cast<int32_t>(program.elapsed.size());
    return 0;
}
