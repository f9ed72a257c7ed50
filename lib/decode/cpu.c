// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

// What the CPU can do and the operating system lets it do. Not EAL's flags: they stop at 256 bits
// unless told otherwise, and this room knows nothing of DPDK.

#include "kernels.h"

#include <cpuid.h>

// CPUID leaf 1, ECX
#define HAS_XGETBV (1u << 27)
#define HAS_AVX    (1u << 28)
// CPUID leaf 7, EBX
#define HAS_AVX2   (1u << 5 | 1u << 3 | 1u << 8)               // with BMI 1 and 2
#define HAS_AVX512 (1u << 16 | 1u << 17 | 1u << 30 | 1u << 31) // F, DQ, BW, VL
// XCR0: registers that the system saves when it changes threads
#define SAVES_YMM 0x06u
#define SAVES_ZMM 0xe6u

struct cpu {
	uint32_t features; ///< of leaf 7
	uint32_t saved;    ///< XCR0; 0 without AVX
};

static struct cpu ask_cpu(void)
{
	struct cpu cpu = {0};
	uint32_t a, b, c, d, high;

	if (!__get_cpuid(1, &a, &b, &c, &d) ||
		(c & (HAS_XGETBV | HAS_AVX)) != (HAS_XGETBV | HAS_AVX))
		return cpu;
	__asm__ volatile("xgetbv" : "=a"(cpu.saved), "=d"(high) : "c"(0));
	if (__get_cpuid_count(7, 0, &a, &b, &c, &d))
		cpu.features = b;
	return cpu;
}

const char *sy_cpu_lacks_avx2(void)
{
	struct cpu cpu = ask_cpu();

	if ((cpu.features & HAS_AVX2) != HAS_AVX2)
		return "this CPU has no AVX2";
	if ((cpu.saved & SAVES_YMM) != SAVES_YMM)
		return "the operating system does not save the registers of AVX";
	return NULL;
}

const char *sy_cpu_lacks_avx512(void)
{
	const char *lack = sy_cpu_lacks_avx2();
	struct cpu cpu = ask_cpu();

	if (lack)
		return lack;
	if ((cpu.features & HAS_AVX512) != HAS_AVX512)
		return "this CPU has no AVX-512 with F, BW, DQ and VL";
	if ((cpu.saved & SAVES_ZMM) != SAVES_ZMM)
		return "the operating system does not save the registers of AVX-512";
	return NULL;
}
