// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#pragma once

/// The bucket in which a frame ends. Every frame that a port delivers is counted in exactly one,
/// so that received = the sum of all of them.
enum sy_bucket {
	SY_BUCKET_TCP,                ///< a TCP header was read and handed to the flow stage
	SY_BUCKET_DUPLICATE,          ///< the same packet again at the same vantage
	SY_BUCKET_FILTERED,           ///< outside the configured filter
	SY_BUCKET_OTHER_IP,           ///< IP, not TCP
	SY_BUCKET_NON_IP,             ///< neither IPv4 nor IPv6 after VLAN/MPLS/PPPoE
	SY_BUCKET_FRAGMENT,           ///< an IP fragment other than the first
	SY_BUCKET_TRUNCATED,          ///< the capture ends before the TCP header does
	SY_BUCKET_MALFORMED,          ///< a length or version field contradicts the frame
	SY_BUCKET_UNSUPPORTED_TUNNEL, ///< a tunnel header that is recognised as such and not read
	SY_BUCKET_COUNT,
};

/// snake_case name of a bucket as the files write it; "?" for a value out of range.
const char *sy_bucket_name(enum sy_bucket bucket);
