#include "core/system/no_connections.hpp"

#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace mirrorseed {
namespace {

#if defined(__x86_64__)
constexpr unsigned architecture = AUDIT_ARCH_X86_64;
#elif defined(__aarch64__)
constexpr unsigned architecture = AUDIT_ARCH_AARCH64;
#else
constexpr unsigned architecture = 0;  // none that we know the calls of
#endif

// Calls of a second table that some processors have; on others no number is that large.
constexpr unsigned first_of_other_table = 0x40000000;

constexpr unsigned refuse = SECCOMP_RET_ERRNO | EACCES;

#if defined(__SANITIZE_ADDRESS__)
constexpr bool looks_for_leaks = true;
#elif defined(__has_feature)
constexpr bool looks_for_leaks = __has_feature(address_sanitizer);
#else
constexpr bool looks_for_leaks = false;
#endif

using Filter = std::vector<sock_filter>;

Filter filter_that_begins() {
    return {
        sock_filter BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, arch)),
        sock_filter BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, architecture, 1, 0),
        sock_filter BPF_STMT(BPF_RET | BPF_K, refuse),
        sock_filter BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
        sock_filter BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, first_of_other_table, 0, 1),
        sock_filter BPF_STMT(BPF_RET | BPF_K, refuse),
    };
}

void refuse_call(Filter& filter, long call) {
    filter.push_back(sock_filter BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, static_cast<unsigned>(call), 0, 1));
    filter.push_back(sock_filter BPF_STMT(BPF_RET | BPF_K, refuse));
}

// Which is a connection and its first bytes in one.
void refuse_fast_open(Filter& filter, unsigned call, unsigned argument_of_flags) {
    const auto flags =
        static_cast<unsigned>(offsetof(seccomp_data, args) + argument_of_flags * sizeof(std::uint64_t));
    filter.push_back(sock_filter BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, call, 0, 4));
    filter.push_back(sock_filter BPF_STMT(BPF_LD | BPF_W | BPF_ABS, flags));
    filter.push_back(sock_filter BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, MSG_FASTOPEN, 0, 1));
    filter.push_back(sock_filter BPF_STMT(BPF_RET | BPF_K, refuse));
    filter.push_back(sock_filter BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW));
}

Filter no_meddling() {
    auto filter = filter_that_begins();
    for (const long call : {SYS_process_vm_readv, SYS_process_vm_writev, SYS_pidfd_getfd})
        refuse_call(filter, call);
    // A build that looks for leaks stops its own threads by it.
    if (!looks_for_leaks) refuse_call(filter, SYS_ptrace);
    return filter;
}

Status install(Filter filter) {
    if (architecture == 0) return {};
    filter.push_back(sock_filter BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW));
    const sock_fprog program{static_cast<unsigned short>(filter.size()), filter.data()};
    if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
        ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0) == 0)
        return {};
    if (errno == EINVAL || errno == ENOSYS) return {};
    return Error::last_system_error("cannot forbid connections and meddling");
}

}  // namespace

Status forbid_connections() {
    auto filter = no_meddling();
    // io_uring would connect without asking here.
    for (const long call : {SYS_connect, SYS_io_uring_setup})
        refuse_call(filter, call);
    refuse_fast_open(filter, SYS_sendto, 3);
    refuse_fast_open(filter, SYS_sendmsg, 2);
    refuse_fast_open(filter, SYS_sendmmsg, 3);
    return install(std::move(filter));
}

Status forbid_meddling() {
    return install(no_meddling());
}

}  // namespace mirrorseed
