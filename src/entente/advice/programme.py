"""The contingency plan as a stochastic programme over a scenario tree, solved by HiGHS.

Least expected cost plus a weight on CVaR (Rockafellar and Uryasev 2000) over decisions that belong
to the nodes of a tree: what is ordered, entered with or without a claim of preference, held in bond
(the rate of the day of withdrawal), admitted to a zone (the rate of the day of admission), kept in
store, sold less of at a higher price, or not supplied. All is linear but the opening of suppliers.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray

from entente.advice.costs import (
    BOND_SHARE,
    CLAIMED,
    PIECES,
    PLAIN,
    Solution,
    Taste,
    cvar,
    pieces,
    prices,
)
from entente.advice.highs import SECONDS, Stated, cheapest
from entente.advice.needs import Needs
from entente.advice.tail import cheapest_with_tail
from entente.advice.tree import Tree
from entente.evidence import FloatArray
from entente.problems import NoSolutionError

_YEAR: Final = 12
_DIMS: Final = ("node", "product", "option")


def solve(
    needs: Needs,
    tree: Tree,
    duty: FloatArray,
    taste: Taste,
    fixed: Mapping[str, FloatArray] | None = None,
) -> Solution:
    """Find the plan of least expected cost plus the weight on CVaR.

    duty    USD a unit, by way of entry; NaN where that way is closed  [node, product, option, way]
    fixed   decisions of the first month to keep, as in `Solution.decisions` of another plan

    Raises NoSolutionError where no plan meets every limit.
    """
    return _Programme(needs, tree, duty, taste, fixed or {}).solved()


@dataclass(slots=True)
class _Programme:
    needs: Needs
    tree: Tree
    duty: FloatArray
    taste: Taste
    fixed: Mapping[str, FloatArray]
    model: Any = field(init=False)
    held: dict[str, Any] = field(init=False)

    def solved(self) -> Solution:
        import linopy

        self.model = linopy.Model()
        self.held = {}
        self._variables()
        self._balances()
        self._openings()
        self._first_month()
        if self.taste.bond is not None:
            self._bond_limit(self.taste.bond)
        try:
            return self._found(self._cheapest())
        except NoSolutionError as failure:
            raise NoSolutionError(_why(str(failure), self.taste)) from failure

    def _cheapest(self) -> FloatArray:
        """Return the value of every variable by its label, where cost is least."""
        cost = self.model.add_variables(coords=self._named("node"), name="cost")
        spent = self._spent(self._discount)
        rows = self.model.add_constraints(1 * cost - spent == 0, name="cost_of_node")
        stated = Stated.of(self.model, cost, rows)
        if self.taste.aversion == 0:
            return stated.by_label(cheapest(stated, self.tree.probability))
        return stated.by_label(cheapest_with_tail(stated, self.tree, self.taste))

    def _array(self, values: Any) -> xr.DataArray:
        """Name the axes of an array that ends with product and option, or has them all."""
        found = np.asarray(values)
        return xr.DataArray(
            found, dims=_DIMS[3 - found.ndim :], coords=self._coords(*_DIMS[3 - found.ndim :])
        )

    def _coords(self, *dims: str) -> dict[str, np.ndarray]:
        products, options = self.needs.shape
        sizes = {"node": self.tree.nodes, "product": products, "option": options}
        sizes |= {"piece": PIECES}
        return {dim: np.arange(sizes[dim]) for dim in dims}

    def _by_product(self, values: Any) -> xr.DataArray:
        found = np.asarray(values)
        dims = ("node", "product")[2 - found.ndim :]
        return xr.DataArray(found, dims=dims, coords=self._coords(*dims))

    def _variables(self) -> None:
        needs, nodes = self.needs, self.tree.nodes
        exists = np.broadcast_to(needs.exists, (nodes, *needs.shape))
        arrives = self.tree.month[:, None, None] + needs.lead < needs.months
        can_claim = exists & ~np.isnan(needs.claiming) & ~np.isnan(self.duty[..., CLAIMED])
        self._add("order", exists & arrives, needs.most)
        self._add("enter", exists)
        self._add("claim", can_claim)
        self._add("bonded", exists & (needs.bond > 0), needs.bond)
        zone = exists & (needs.zone > 0)
        self._add("in_zone", zone, needs.zone)
        self._add("to_zone", zone)
        self._add("from_zone", zone)
        self._add_product("stock", needs.store)
        self._add_product("short", np.full(needs.shape[0], np.inf))
        self._less()

    def _named(self, *dims: str) -> list[Any]:
        return [_index(dim, values) for dim, values in self._coords(*dims).items()]

    def _add(self, name: str, allowed: NDArray[np.bool_], most: Any = np.inf) -> None:
        """Add a decision by option, 0 where it is not allowed; none where it never is."""
        if allowed.any():
            upper = self._array(np.where(allowed, most, 0.0))
            self.held[name] = self.model.add_variables(
                lower=0, upper=upper, coords=self._named(*_DIMS), name=name
            )

    def _add_product(self, name: str, most: FloatArray) -> None:
        """Add a decision by product, up to a limit; none where all limits are 0."""
        if (most > 0).any():
            upper = self._by_product(np.broadcast_to(most, (self.tree.nodes, len(most))))
            self.held[name] = self.model.add_variables(
                lower=0, upper=upper, coords=self._named("node", "product"), name=name
            )

    def _less(self) -> None:
        """Let prices rise: pieces of sales forgone, each dearer than the one before."""
        elastic = ~np.isnan(self.needs.elasticity)
        if not elastic.any():
            return
        _, sizes = pieces(self.needs.elasticity)
        need = self.needs.need[:, self.tree.month].T  # [node, product]
        upper = need[:, :, None] * np.nan_to_num(sizes)[None]
        dims = ("node", "product", "piece")
        limit = xr.DataArray(upper, self._coords(*dims), dims)
        self.held["less"] = self.model.add_variables(
            lower=0, upper=limit, coords=self._named(*dims), name="less"
        )

    def _before(self, name: str) -> Any:
        """Return a decision as it was a month earlier; nothing in the first."""
        return self._earlier(self.held[name])

    def _earlier(self, held: Any, back: int = 1) -> Any:
        """Return a variable of nodes at their ancestors; nothing where the tree is not so old."""
        at = self.tree.ancestor(back)
        place = xr.DataArray(np.maximum(at, 0), dims="node")
        moved = held.isel(node=place).assign_coords(node=np.arange(len(at)))
        return xr.DataArray((at >= 0).astype(float), self._coords("node"), ["node"]) * moved

    def _balances(self) -> None:
        needs, tree, held = self.needs, self.tree, self.held
        out = 1 * held["enter"]
        for name in ("claim", "to_zone"):
            out = out + held[name] if name in held else out
        if "bonded" in held:
            out = out + held["bonded"] - self._before("bonded")
        given = self._array(np.where(needs.exists, self._given(), 0.0))
        self.model.add_constraints(out - self._arrivals() == given, name="arrivals")
        if "in_zone" in held:
            kept = held["in_zone"] - self._before("in_zone") - held["to_zone"] + held["from_zone"]
            self.model.add_constraints(kept == 0, name="zone")
        come = 1 * held["enter"]
        for name in ("claim", "from_zone"):
            come = come + held[name] if name in held else come
        supply = come.sum("option") + held["short"]
        if "less" in held:
            supply = supply + held["less"].sum("piece")
        if "stock" in held:
            supply = supply - held["stock"] + self._before("stock")
        wanted = needs.need[:, tree.month].T - np.where(tree.month[:, None] == 0, needs.stock, 0.0)
        self.model.add_constraints(supply == self._by_product(wanted), name="need")
        self._handed_back()

    def _handed_back(self) -> None:
        """Leave at the end as much stock as there was at the start, so that none is eaten up."""
        if "stock" not in self.held or not (self.needs.stock > 0).any():
            return
        last = np.flatnonzero(self.tree.month == self.needs.months - 1)
        least = self._by_product(np.minimum(self.needs.stock, self.needs.store))
        kept = self.held["stock"].isel(node=last)
        self.model.add_constraints(1 * kept >= least, name="handed_back")

    def _given(self) -> FloatArray:
        """Return what arrives of orders made before the plan begins   [node, product, option]."""
        month = self.tree.month
        early = month[:, None, None] < self.needs.lead
        return np.where(early, np.moveaxis(self.needs.ordered[..., month], -1, 0), 0.0)

    def _arrivals(self) -> Any:
        """Return what arrives of orders made at the ancestor a lead time back."""
        found = 0.0
        for lead in np.unique(self.needs.lead[self.needs.exists]).tolist():
            order = self._earlier(self.held["order"], lead)
            found = self._array((self.needs.lead == lead).astype(float)) * order + found
        return found

    def _openings(self) -> None:
        new = self.needs.exists & (self.needs.opening > 0)
        if not new.any():
            return
        can = np.broadcast_to(new, (self.tree.nodes, *new.shape)).astype(float)
        open_ = self.model.add_variables(
            integer=True, lower=0, upper=self._array(can), coords=self._named(*_DIMS), name="open"
        )
        self.held["open"] = open_
        enough = np.minimum(self.needs.most, self._enough())
        in_use = np.where(self.needs.exists & ~new, enough, 0.0)
        limit = self.held["order"] - self._array(np.where(new, enough, 0.0)) * open_
        self.model.add_constraints(limit <= self._array(in_use), name="opened")
        self.model.add_constraints(open_ - self._before("open") >= 0, name="stays_open")
        self._sold_or_kept(new)

    def _sold_or_kept(self, new: NDArray[np.bool_]) -> None:
        """Say of what arrives from a new supplier that it is sold in the month or still held.

        No plan is lost by it; without it a supplier could be opened by halves for half an order,
        and the search would be long (the inequalities of lot sizing, Barany et al. 1984).
        """
        wanted = self.needs.need[:, self.tree.month].T[..., None]
        for lead in np.unique(self.needs.lead[new]).tolist():
            here = new & (self.needs.lead == lead)
            order, opened = (self._earlier(self.held[name], lead) for name in ("order", "open"))
            one = self._array(np.broadcast_to(here, (self.tree.nodes, *here.shape)).astype(float))
            kept = one * order - self._array(np.where(here, wanted, 0.0)) * opened
            for name in ("bonded", "in_zone", "stock"):
                kept = kept - one * self.held[name] if name in self.held else kept
            self.model.add_constraints(kept <= 0, name=f"sold_or_kept_{lead}")

    def _enough(self) -> FloatArray:
        """Return as many units as an order can put to use   [node, product, option].

        What arrives in a month is sold in it, or fills a store, a bonded warehouse or a zone.
        """
        needs = self.needs
        arrival = np.minimum(self.tree.month[:, None, None] + needs.lead, needs.months - 1)
        wanted = needs.need[np.arange(len(needs.need))[:, None], arrival]
        return np.asarray(wanted + needs.store[:, None] + needs.bond + needs.zone)

    def _first_month(self) -> None:
        """Keep decisions of the first month as another plan made them."""
        first = np.flatnonzero(self.tree.month == 0)
        for name, values in self.fixed.items():
            if name not in self.held:
                continue
            held = self.held[name].isel(node=first)
            wanted = np.broadcast_to(values[:1], (len(first), *values.shape[1:]))
            dims = held.dims
            coords = {dim: held.coords[dim].values for dim in dims}
            kept = xr.DataArray(wanted, dims=dims, coords=coords)
            self.model.add_constraints(1 * held == kept, name=f"keep_{name}")

    @property
    def _discount(self) -> FloatArray:
        """Return what a dollar of each node is worth today   [node]."""
        return np.asarray((1 + self.taste.interest / 100) ** (-self.tree.month / _YEAR))

    def _spent(self, weight: FloatArray) -> Any:
        """Return what is spent, each node's money weighed   [node]: an expression for each node."""
        found = 0.0
        for name, price in prices(self.needs, self.duty).items():
            if name in self.held:
                whole = weight.reshape(-1, *[1] * (price.ndim - 1)) * np.nan_to_num(price)
                dims = self.held[name].dims
                coords = {dim: self.held[name].coords[dim].values for dim in dims}
                cost = xr.DataArray(whole, dims=dims, coords=coords) * self.held[name]
                found = cost.sum([dim for dim in dims if dim != "node"]) + found
        if "open" in self.held:
            opening = self._array(
                weight[:, None, None] * np.where(self.needs.exists, self.needs.opening, 0.0)
            )
            newly = opening * self.held["open"] - opening * self._before("open")
            found = newly.sum(["product", "option"]) + found
        return found

    def _bond_limit(self, bond: float) -> None:
        """Keep twelve months' duties within what the customs bond covers."""
        paid = 0.0
        for name, way in (("enter", PLAIN), ("claim", CLAIMED)):
            if name in self.held:
                paid = (self._array(np.nan_to_num(self.duty[..., way])) * self.held[name]).sum(
                    ["product", "option"]
                ) + paid
        if "to_zone" in self.held:
            least = np.nan_to_num(np.fmin(self.duty[..., PLAIN], self.duty[..., CLAIMED]))
            paid = (self._array(least) * self.held["to_zone"]).sum(["product", "option"]) + paid
        duty = self.model.add_variables(coords=self._named("node"), name="duty")
        self.model.add_constraints(1 * duty - paid == 0, name="duty_of_node")
        year = 0.0
        for back in range(min(_YEAR, self.needs.months)):
            year = self._earlier(duty, back) + year
        self.model.add_constraints(year <= bond / BOND_SHARE, name="customs_bond")

    def _found(self, values: FloatArray) -> Solution:
        needs, nodes = self.needs, self.tree.nodes
        decisions = {name: values[np.asarray(held.labels)] for name, held in self.held.items()}
        for name in (
            "order",
            "enter",
            "claim",
            "bonded",
            "in_zone",
            "to_zone",
            "from_zone",
            "open",
        ):
            decisions.setdefault(name, np.zeros((nodes, *needs.shape)))
        decisions.setdefault("stock", np.zeros((nodes, needs.shape[0])))
        decisions.setdefault("less", np.zeros((nodes, needs.shape[0], PIECES)))
        by_node = np.zeros(nodes)
        for name, price in prices(self.needs, self.duty).items():
            spent = np.nan_to_num(price) * decisions[name]
            by_node += spent.reshape(nodes, -1).sum(axis=1)
        opened = np.rint(decisions["open"])
        before = np.where(self.tree.parent[:, None, None] >= 0, opened[self.tree.parent], 0.0)
        by_node += ((opened - before) * np.nan_to_num(needs.opening)).sum(axis=(1, 2))
        cost = self.tree.along(by_node * self._discount)
        least = np.nan_to_num(np.fmin(self.duty[..., PLAIN], self.duty[..., CLAIMED]))
        paid = (
            np.nan_to_num(self.duty[..., PLAIN]) * decisions["enter"]
            + np.nan_to_num(self.duty[..., CLAIMED]) * decisions["claim"]
            + least * decisions["to_zone"]
        ).sum(axis=(1, 2))
        expected = float(self.tree.chance @ cost)
        tail = cvar(cost, self.tree.chance, self.taste.tail)
        return Solution(
            decisions, cost, self.tree.along(paid), expected, tail,
            expected + self.taste.aversion * tail,
        )  # fmt: skip


def _index(name: str, values: NDArray[Any]) -> Any:
    return pd.Index(values, name=name)


def _why(condition: str, taste: Taste) -> str:
    if "time limit" in condition:
        return f"no plan was found within {SECONDS:.0f} seconds; leave out new suppliers, or rows"
    limit = (
        f"; the customs bond of {taste.bond:,.0f} USD covers {taste.bond / BOND_SHARE:,.0f} USD of "
        "duties in twelve months"
        if taste.bond is not None
        else ""
    )
    return (
        f"no plan meets every limit ({condition}): look at stock to be handed back, "
        f"orders already made, room in store{limit}"
    )
