# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Synoptic authors

"""The golden scenarios, one file a theme. Importing this package registers them all."""

import importlib
import os
import pkgutil

from capgen import Net

ALL = {}  # name: function without arguments that gives a finished Net


def add(name, function, *vantages, **form):
    """Registers `function(net)` under a name."""
    if name in ALL:
        raise ValueError("two scenarios named " + name)

    def build():
        # fresh Vantages each time: a Net keeps its frames in them
        net = Net(*(vantage() for vantage in vantages), **form)
        function(net)
        return net
    ALL[name] = build


def scenario(*vantages, v6=False, **form):
    """Decorator. With `v6` the scenario is registered for both families, NAME and NAME_v6."""
    def register(function):
        add(function.__name__, function, *vantages, **form)
        if v6:
            add(function.__name__ + "_v6", function, *vantages, v6=True, **form)
        return function
    return register


def load():
    """Imports every theme; returns {name: function}."""
    for module in pkgutil.iter_modules([os.path.dirname(__file__)]):
        importlib.import_module(__name__ + "." + module.name)
    return ALL
