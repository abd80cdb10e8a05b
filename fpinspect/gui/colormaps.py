"""Colour maps of the panels: tables of 256 colours, and numbers to colours.

The maps do not depend on the theme, so that a picture in a report looks as it did on the screen.
`magma` and `viridis` are perceptually uniform and safe for colour-blind readers (S. van der Walt,
N. Smith, 2015), `twilight` is cyclic (B. Bechtold, 2018), all three as published with matplotlib
(CC0); `residual` diverges from a light zero. The tables stand here because importing matplotlib
would cost the window half a second.
"""

from __future__ import annotations

from functools import cache
from typing import Literal

from fpinspect.gui.arrays import U8, Array, np

MapName = Literal["magma", "viridis", "twilight", "residual", "grey", "odds"]
MAGNITUDE_RANGE = (-6.0, 8.0)
"""dB over the median."""
PHASE_RANGE = (-180.0, 180.0)
"""Degrees."""
RESIDUAL_SIGMAS = 3.0
"""Residuals reach so many of their own standard deviations to either side."""
FOLD_SIGMAS = 2.5
"""The same for 8×8 patterns."""
_SAMPLE = 1 << 18

_ODDS = ("2aa198", "7f7f7f", "e8833a")
"""Photograph, neither, generated: the colours of the verdict, as over a grey image."""
_ANCHORS = (
    *("181c43", "273f9b", "2a7ab9", "86b4cb"),
    "f1edec",
    *("d9a38f", "bf5a45", "8e1626", "3c0912"),
)


@cache
def table(name: MapName) -> U8:
    """Return the colours of a map, (256, 3) uint8, lowest value first (read-only)."""
    if name == "grey":
        made = np.arange(256, dtype=np.uint8)[:, None].repeat(3, axis=1)
    elif name in ("residual", "odds"):
        colours_ = _ANCHORS if name == "residual" else _ODDS
        anchors = np.array([list(bytes.fromhex(colour)) for colour in colours_], np.float64)
        at, grid = np.linspace(0, 1, 256), np.linspace(0, 1, len(anchors))
        made = np.stack([np.interp(at, grid, anchors[:, c]) for c in range(3)], axis=1)
        made = made.round().astype(np.uint8)
    else:
        made = np.frombuffer(bytes.fromhex(_TABLES[name]), np.uint8).reshape(256, 3)
    made = made.copy()
    made.flags.writeable = False
    return made


def indices(values: Array, low: float, high: float) -> U8:
    """Map values to 0-255, clipped; what is not finite becomes the nearest end (NaN: 0).

    Parameters
    ----------
    values : ndarray, (H, W)
        Any finite or infinite numbers.
    low, high : float
        Values of the first and the last colour.

    Returns
    -------
    ndarray, (H, W) uint8
    """
    width = high - low
    if not np.isfinite(width) or width <= 0:
        return np.full(values.shape, 128, np.uint8)
    scale = 256.0 / width
    # Two passes over memory instead of four: a zoom step colours a million values.
    scaled = np.multiply(values, np.float32(scale), dtype=np.float32)
    scaled -= np.float32(low * scale)
    np.clip(scaled, 0.0, 255.0, out=scaled)
    if np.isnan(scaled.max(initial=0.0)):
        np.nan_to_num(scaled, copy=False, nan=0.0)
    return scaled.astype(np.uint8)


def colours(values: Array, low: float, high: float, name: MapName) -> U8:
    """Colour an array, (H, W, 4) uint8 RGBA; NaN (left out) is transparent."""
    rgba = np.empty((*values.shape, 4), np.uint8)
    rgba[..., :3] = table(name)[indices(values, low, high)]
    rgba[..., 3] = np.where(np.isnan(values), 0, 255)
    return rgba


def percentile_range(values: Array, clip: float) -> tuple[float, float]:
    """Return the range that leaves out ``clip`` per cent of the finite values at either end.

    Large arrays are sampled on a regular grid. A flat array gets a range of one around its value.
    """
    flat = values.ravel()
    flat = flat[:: max(1, flat.size // _SAMPLE)]
    flat = flat[np.isfinite(flat)]
    if not flat.size:
        return 0.0, 1.0
    low, high = (float(v) for v in np.percentile(flat, (clip, 100.0 - clip)))
    margin = max(0.5, abs(low) * 1e-3)
    return (low, high) if high > low else (low - margin, low + margin)


_TABLES = {
    "magma": (
        "00000401000501010601010802010902020b02020d03030f03031204041405041606051806051a07061c"
        "08071e0907200a08220b09240c09260d0a290e0b2b100b2d110c2f120d31130d34140e36150e38160f3b"
        "180f3d19103f1a10421c10441d11471e114920114b21114e22115024125325125527125829115a2a115c"
        "2c115f2d11612f116331116533106734106936106b38106c390f6e3b0f703d0f713f0f72400f74420f75"
        "440f764510774710784910784a10794c117a4e117b4f127b51127c52137c54137d56147d57157e59157e"
        "5a167e5c167f5d177f5f187f601880621980641a80651a80671b80681c816a1c816b1d816d1d816e1e81"
        "701f81721f817320817521817621817822817922827b23827c23827e2482802582812581832681842681"
        "8627818827818928818b29818c29818e2a81902a81912b81932b80942c80962c80982d80992d809b2e7f"
        "9c2e7f9e2f7fa02f7fa1307ea3307ea5317ea6317da8327daa337dab337cad347cae347bb0357bb2357b"
        "b3367ab5367ab73779b83779ba3878bc3978bd3977bf3a77c03a76c23b75c43c75c53c74c73d73c83e73"
        "ca3e72cc3f71cd4071cf4070d0416fd2426fd3436ed5446dd6456cd8456cd9466bdb476adc4869de4968"
        "df4a68e04c67e24d66e34e65e44f64e55064e75263e85362e95462ea5661eb5760ec5860ed5a5fee5b5e"
        "ef5d5ef05f5ef1605df2625df2645cf3655cf4675cf4695cf56b5cf66c5cf66e5cf7705cf7725cf8745c"
        "f8765cf9785df9795df97b5dfa7d5efa7f5efa815ffb835ffb8560fb8761fc8961fc8a62fc8c63fc8e64"
        "fc9065fd9266fd9467fd9668fd9869fd9a6afd9b6bfe9d6cfe9f6dfea16efea36ffea571fea772fea973"
        "feaa74feac76feae77feb078feb27afeb47bfeb67cfeb77efeb97ffebb81febd82febf84fec185fec287"
        "fec488fec68afec88cfeca8dfecc8ffecd90fecf92fed194fed395fed597fed799fed89afdda9cfddc9e"
        "fddea0fde0a1fde2a3fde3a5fde5a7fde7a9fde9aafdebacfcecaefceeb0fcf0b2fcf2b4fcf4b6fcf6b8"
        "fcf7b9fcf9bbfcfbbdfcfdbf"
    ),
    "viridis": (
        "44015444025645045745055946075a46085c460a5d460b5e470d60470e61471063471164471365481467"
        "48166848176948186a481a6c481b6d481c6e481d6f481f70482071482173482374482475482576482677"
        "482878482979472a7a472c7a472d7b472e7c472f7d46307e46327e46337f463480453581453781453882"
        "443983443a83443b84433d84433e85423f854240864241864142874144874045884046883f47883f4889"
        "3e49893e4a893e4c8a3d4d8a3d4e8a3c4f8a3c508b3b518b3b528b3a538b3a548c39558c39568c38588c"
        "38598c375a8c375b8d365c8d365d8d355e8d355f8d34608d34618d33628d33638d32648e32658e31668e"
        "31678e31688e30698e306a8e2f6b8e2f6c8e2e6d8e2e6e8e2e6f8e2d708e2d718e2c718e2c728e2c738e"
        "2b748e2b758e2a768e2a778e2a788e29798e297a8e297b8e287c8e287d8e277e8e277f8e27808e26818e"
        "26828e26828e25838e25848e25858e24868e24878e23888e23898e238a8d228b8d228c8d228d8d218e8d"
        "218f8d21908d21918c20928c20928c20938c1f948c1f958b1f968b1f978b1f988b1f998a1f9a8a1e9b8a"
        "1e9c891e9d891f9e891f9f881fa0881fa1881fa1871fa28720a38620a48621a58521a68522a78522a884"
        "23a98324aa8325ab8225ac8226ad8127ad8128ae8029af7f2ab07f2cb17e2db27d2eb37c2fb47c31b57b"
        "32b67a34b67935b77937b87838b9773aba763bbb753dbc743fbc7340bd7242be7144bf7046c06f48c16e"
        "4ac16d4cc26c4ec36b50c46a52c56954c56856c66758c7655ac8645cc8635ec96260ca6063cb5f65cb5e"
        "67cc5c69cd5b6ccd5a6ece5870cf5773d05675d05477d1537ad1517cd2507fd34e81d34d84d44b86d549"
        "89d5488bd6468ed64590d74393d74195d84098d83e9bd93c9dd93ba0da39a2da37a5db36a8db34aadc32"
        "addc30b0dd2fb2dd2db5de2bb8de29bade28bddf26c0df25c2df23c5e021c8e020cae11fcde11dd0e11c"
        "d2e21bd5e21ad8e219dae319dde318dfe318e2e418e5e419e7e419eae51aece51befe51cf1e51df4e61e"
        "f6e620f8e621fbe723fde725"
    ),
    "twilight": (
        "e2d9e2e1d9e2e0d9e2ded9e1ddd9e0dcd9dfdad8dfd8d8ded6d7ddd4d6dcd2d5dbd0d4d9cdd3d8cbd2d7"
        "c8d0d6c5cfd5c2ced4bfccd3bccbd1b9c9d0b6c8cfb3c6ceb0c5cdadc3cdaac2cca7c0cba4becaa1bdc9"
        "9ebbc99cb9c899b8c896b6c793b4c692b3c68eb1c58cafc589adc588acc485a9c482a7c380a5c37fa5c3"
        "7ca2c27aa0c2789ec2779dc2759ac17398c17196c17195c06e92c06d90c06c8ebf6b8dbf698abf6888be"
        "6786be6785be6682bd657fbd647dbc647cbc6379bb6277bb6275ba6172ba6171b9606eb8606cb86069b7"
        "6067b65f65b55f62b45f60b45f5fb35f5bb25f59b15f57b05e54ae5e52ad5e4fac5e4dab5e4caa5e48a8"
        "5e46a65e43a55d41a35d3ea15d3ca05d3a9e5c389d5c359a5b32985b30955a2e935a2b9059298e58278b"
        "58268a572385562182551f7f531e7c521c79511a754f19724f19704c176b4b166849156447146146145e"
        "44135a4212574112563f12513d114e3c114b3a114939114637114436114236114134113e33113c32123a"
        "3113393014373014373113373312373412383412383611393811393a113a3b113b3d113c3f123d41123d"
        "43123e4612404813414a13424d14434f14445215455415465615465916485c17495f174a61184b64194b"
        "67194c691a4d6c1b4e6f1c4e711d4f741e4f761f4f7920507b21507e22507f2350832550852650872750"
        "8a29508c2a508e2c50902e50922f509431509633509835509a37509c39509e3b50a03d50a03e50a34150"
        "a54350a64550a84750a94950ab4b50ac4d51ae5051af5251b15452b25652b35953b55b53b65d54b75f55"
        "b86155b96456ba6657bb6958bc6b59bd6e5abe705bbf725dc0755ec1775fc27a61c27c63c37f64c48166"
        "c58468c5866ac6876bc68b6ec78e71c89073c89275c99578c9977bca9a7dca9c80cb9f83cca186cca389"
        "cda68ccda88fceab92cfad96cfae97d0b29cd1b4a0d1b6a3d2b8a7d3baaad4bdadd5bfb1d6c1b4d7c3b8"
        "d8c5bbd8c7bed9c9c2dacbc5dbccc8dccecbdccfcdddd1d1ded3d3dfd4d6dfd5d8e0d6dae0d7dbe1d8dd"
        "e1d8dfe2d9e0e2d9e1e2d9e2"
    ),
}
