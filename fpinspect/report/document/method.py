"""How the results come about: formulas, and the papers that they are from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fpinspect.report.document.blocks import Block, Facts, Heading, Section, Text

if TYPE_CHECKING:
    from fpinspect.report.i18n import Words

REFERENCES = (
    "D. Tariang, R. Corvi, D. Cozzolino, G. Poggi, K. Nagano, L. Verdoliva: Synthetic image "
    "verification in the era of generative AI: what works and what isn't there yet. "
    "arXiv:2405.00196, 2024.",
    "S. Sinitsa, O. Fried: Deep image fingerprint: towards low budget synthetic image detection "
    "and model lineage analysis. IEEE/CVF WACV, 2024.",
    "T. Dzanic, K. Shah, F. Witherden: Fourier spectrum discrepancies in deep network generated "
    "images. NeurIPS, 2020.",
    "M. K. Mıhçak, I. Kozintsev, K. Ramchandran: Spatially adaptive statistical modeling of "
    "wavelet image coefficients and its application to denoising. IEEE ICASSP, 1999.",
    "J. Lukáš, J. Fridrich, M. Goljan: Digital camera identification from sensor pattern noise. "
    "IEEE Trans. Information Forensics and Security 1, 2006.",
    "P. Welch: The use of fast Fourier transform for the estimation of power spectra. IEEE Trans. "
    "Audio and Electroacoustics 15, 1967.",
    "R. Corvi, D. Cozzolino, G. Poggi, K. Nagano, L. Verdoliva: Intriguing properties of synthetic "
    "images: from generative adversarial networks to diffusion models. CVPR Workshops, 2023.",
    "J. Fridrich, J. Kodovský: Rich models for steganalysis of digital images. IEEE Trans. "
    "Information Forensics and Security 7, 2012.",
    "M. Goljan, J. Fridrich, R. Cogranne: Rich model for steganalysis of color images. IEEE WIFS, "
    "2014.",
    "H. Li, B. Li, S. Tan, J. Huang: Identification of deep network generated images using "
    "disparities in color components. Signal Processing 174, 2020.",
    "N. Brümmer, J. du Preez: Application-independent evaluation of speaker detection. Computer "
    "Speech and Language 20, 2006.",
    "D. Ramos, J. Gonzalez-Rodriguez: Reliable support: measuring calibration of likelihood "
    "ratios. Forensic Science International 230, 2013.",
    "V. Vovk, A. Gammerman, G. Shafer: Algorithmic learning in a random world. Springer, 2005.",
    "ENFSI: Guideline for evaluative reporting in forensic science, approved version 3.0, 2015.",
    "P. J. Phillips et al.: Four principles of explainable artificial intelligence. NIST IR 8312, "
    "2021.",
    "Data of the method's first study: M. A. Rahman et al., ArtiFact, 2023; ImageNet images of "
    "Stable Diffusion 1.5 (ek826/imagenet-gen-sd1.5), 2023; FLUX.1 [dev] images (Civitai 631007), "
    "2024; COCO, Common Objects in Context, 2014.",
)
"""In the order of their numbers; titles are not translated."""


def method(_: Words, *, weighed: bool = False) -> Section:
    """Return the method section.

    Parameters
    ----------
    _ : Words
        The language.
    weighed : bool
        Whether matches are among what the verdicts weigh.
    """
    blocks: list[Block] = [
        *_measured(_, weighed=weighed),
        *_judged(_),
        *_scale(_),
        Heading(_("References"), 2),
    ]
    blocks += [Text(f"[{k}]  {text}", "small") for k, text in enumerate(REFERENCES, 1)]
    return Section("method", _("Method"), tuple(blocks))


def _measured(_: Words, *, weighed: bool) -> list[Block]:
    """Lead from the pixels to what is compared."""
    return [
        Heading(_("Method"), 1, "method", outline=True, new_page=True),
        Text(
            _(
                "A generator writes its pixels through up-sampling layers, a camera through "
                "optics, sensor and demosaicking. Both leave weak patterns that do not depend on "
                "what is shown. They are looked for in the noise residual, compared with those of "
                "known sources, and weighed on images whose origin is known. No image is resized "
                "or otherwise changed before it is analysed [1]."
            )
        ),
        *_step(
            _("Residual"),
            "R = I − D(I)    (1)",
            _(
                "I: pixels as stored, R, G and B from 0 to 255. D: the denoiser (by default "
                "wavelet, after Mıhçak [4]). R holds what is left of noise and of "
                "the generator's pattern [5]."
            ),
        ),
        *_step(
            _("Fingerprint"),
            "R_avg = (1/n) Σ Rᵢ    (2)",
            _(
                "The mean residual of n images of one source, every image averaged on a lattice of "
                "256 or 128 px first; the scene cancels, the pattern stays. The mean residual of "
                "photographs coded alike is subtracted before matching [2]."
            ),
        ),
        *_step(
            _("Log-magnitude and phase"),
            "M = ‖DFT(R_avg)‖,    20 log₁₀ M,    φ = arg DFT(R_avg)    (3)",
            _(
                "DFT: discrete Fourier transform. Peaks at multiples of 1/8 cycles/px come from "
                "the up-sampling of decoders; the fall towards high frequencies tells smooth "
                "generators and resampling [3, 7]. Of one image the power is averaged over 128-px "
                "Hann tiles [6]."
            ),
        ),
        *_step(
            _("Match"),
            "ρ(R, R_avg);    max over shifts of (R ⋆ R_avg) mod 8 or 16, in σ\n"
            "p = (1 + #{photographs ≥ value}) / (n + 1)",
            _(
                "Correlation with each fingerprint, on the lattice and over all its shifts, and "
                "how often one of n photographs of that size and compression fits as well. {weight}"
            ).format(weight=_weight(_, weighed=weighed)),
        ),
    ]


def _judged(_: Words) -> list[Block]:
    """Lead from features to the ratio."""
    return [
        *_step(
            _("Features"),
            "",
            _(
                "Seven families are measured on 256-px tiles and averaged: log-spectrum with N/8 "
                "harmonics, autocorrelation, co-occurrences of luminance and of R − G, joint "
                "colour residuals [7–10], and joint levels of differences over 1, 2 and 4 pixels "
                "divided by their local deviation, of luminance and of colour; each is judged by a "
                "linear discriminant, all together by small nets. The container (format, size) "
                "is never a feature. Each family's share of the verdict is shown [15]. Data of "
                "the first "
                "study: [16]."
            ),
        ),
        *_step(
            _("Likelihood ratio"),
            "LR = p(traces | generated) / p(traces | photograph)\n"
            "ln LR = x / (1 + |x/b|⁴)^(1/4),    x = slope · score + offset,    b = ln n",
            _(
                "The families' log-odds are added with trained weights and calibrated on images "
                "that the heads have not seen, separately for ranges of JPEG quality [11, 12]. n "
                "independent groups of photographs carry a ratio of about n to one, not more: the "
                "bound. Odds after = odds before × LR."
            ),
        ),
        *_step(
            _("What weakens the opinion"),
            "",
            _(
                "Where the pixels show that an image was resized, blurred, drawn, coded twice or "
                "the like, a rule scales ln LR or limits it; what was found and what it does "
                "stands on the page of the item. Two rules forbid an opinion: under 64 px a side, "
                "and hardly any texture. On request the image is judged again after small crops "
                "and recompressions, and no answer is given if it turns round; and frequencies "
                "are taken out of the pixels to measure what each carries."
            ),
        ),
    ]


def _scale(_: Words) -> list[Block]:
    """List the words for a ratio."""
    return [
        Heading(_("Verbal scale"), 2),
        Facts(
            (
                (_("limited support"), _("LR 1 to 10")),
                (_("moderate support"), _("10 to 100")),
                (_("moderately strong support"), _("100 to 1,000")),
                (_("strong support"), _("1,000 to 10,000")),
                (_("very strong support"), _("above 10,000")),
            )
        ),
        Text(
            _(
                "Words of the ENFSI guideline [14], read the same way for photograph over "
                "generated when the ratio is below one. Between the two thresholds of the "
                "calibration the answer is inconclusive. The set of sources that cannot be ruled "
                "out is conformal: of the calibration images of each source, 95 % have their own "
                "in it [13]."
            ),
            "small",
        ),
    ]


def _weight(_: Words, *, weighed: bool) -> str:
    if weighed:
        return _(
            "How far the shipped fingerprints lie above what photographs give is one of the "
            "opinions that are weighed; fingerprints enrolled since have no say."
        )
    return _("Matches are shown beside the verdict; they do not move it.")


def _step(title: str, formula: str, words: str) -> list[Block]:
    lines = [Text(line, "formula") for line in formula.splitlines()]
    return [Heading(title, 2), *lines, Text(words)]
