# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Synoptic authors

"""Capture generator: scenarios in a few readable lines, and the truth about them."""

from .conn import Conn, Options, iso
from .net import DAY, Host, Net, Vantage, ms, s, us
