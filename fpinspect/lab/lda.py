"""Linear discriminant analysis with analytic shrinkage: one classifier for every comparison.

References
----------
.. [1] O. Ledoit, M. Wolf, "A well-conditioned estimator for large-dimensional covariance
   matrices", Journal of Multivariate Analysis 88, 2004.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import linalg

F32 = npt.NDArray[np.float32]
F64 = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Lda:
    """A fitted discriminant; classes are equally likely.

    Attributes
    ----------
    mean, scale : numpy.ndarray
        (D,) float32, taken from every vector before it is scored.
    weights : numpy.ndarray
        (classes, D) float32.
    bias : numpy.ndarray
        (classes,) float32; -inf for classes without an example.
    shrinkage : float
        In [0, 1]: how far the covariance was drawn to a multiple of the identity.
    """

    mean: F32
    scale: F32
    weights: F32
    bias: F32
    shrinkage: float

    @classmethod
    def fit(cls, vectors: F32, target: npt.NDArray[np.int64], classes: int) -> Lda:
        """Fit the discriminant.

        Parameters
        ----------
        vectors : numpy.ndarray
            (N, D) float32.
        target : numpy.ndarray
            (N,) class index in [0, classes).
        classes : int
            Number of classes.

        Raises
        ------
        ValueError
            If fewer than two classes have examples.
        """
        present = np.unique(target)
        if len(present) < 2:
            raise ValueError("a discriminant needs examples of two classes")
        mean = vectors.mean(axis=0)
        scale = vectors.std(axis=0) + np.float32(1e-6)
        x = (vectors - mean) / scale
        centres = np.zeros((classes, x.shape[1]), np.float32)
        for c in present:
            centres[c] = x[target == c].mean(axis=0)
        within = x - centres[target]
        weights, shrinkage = _solve(within, centres)
        bias = np.full(classes, -np.inf, np.float32)
        bias[present] = -0.5 * np.einsum("cd,cd->c", weights, centres)[present]
        return cls(mean, scale, np.asarray(weights, np.float32), bias, shrinkage)

    def probabilities(self, vectors: F32, prior: F64 | None = None) -> F64:
        """Probabilities of the classes.

        Parameters
        ----------
        vectors : numpy.ndarray
            (N, D) float32.
        prior : numpy.ndarray, optional
            (classes,) prior probabilities; equal ones by default.

        Returns
        -------
        numpy.ndarray
            (N, classes) float64, rows sum to 1.
        """
        scores = ((vectors - self.mean) / self.scale) @ self.weights.T + self.bias
        logits = np.asarray(scores, np.float64)
        if prior is not None:
            with np.errstate(divide="ignore"):
                logits = logits + np.log(prior)
        logits -= logits.max(axis=1, keepdims=True)
        out = np.exp(logits)
        return np.asarray(out / out.sum(axis=1, keepdims=True), np.float64)


def _solve(within: F32, centres: F32) -> tuple[F32, float]:
    """Centres over the shrunk covariance of centred vectors, (classes, D); and the shrinkage.

    The covariance (1 - s) X'X / n + s m I is never formed where there are fewer vectors than
    numbers: its inverse follows from the Gram matrix XX' (Woodbury).
    """
    n, d = within.shape
    wide = n < d
    gram = np.asarray(within @ within.T if wide else within.T @ within, np.float64)
    # Both matrices have the same trace and energy.
    level, energy = float(np.trace(gram)) / (n * d), float(np.sum(gram**2)) / n**2
    shrinkage = _shrinkage(within, level, energy)
    ridge = shrinkage * level + 1e-6
    share = (1.0 - shrinkage) / n
    matrix = share * gram
    matrix[np.diag_indices(len(matrix))] += ridge
    factor = linalg.cho_factor(matrix, overwrite_a=True, check_finite=False)
    if not wide:
        weights = linalg.cho_solve(factor, centres.T, check_finite=False).T
    else:
        inner = linalg.cho_solve(factor, within @ centres.T, check_finite=False)
        weights = (centres - share * (within.T @ inner).T) / ridge
    return np.asarray(weights, np.float32), shrinkage


def _shrinkage(within: F32, level: float, energy: float) -> float:
    """How far to shrink, in [0, 1], by [1]_: from the covariance's mean variance and energy."""
    n, d = within.shape
    spread = energy / d - level**2
    # The sum over images of |x x' - S|² needs only the norms of the vectors.
    norms = np.einsum("nd,nd->n", within, within).astype(np.float64)
    noise = (float(np.sum(norms**2)) / n - energy) / (n * d)
    return float(np.clip(noise / spread, 0.0, 1.0)) if spread > 0 else 1.0
