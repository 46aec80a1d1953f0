"""Wrote the .npy files beside it (NumPy 2.4): what other tools read and write."""
import numpy as np

np.save("u8.npy", np.arange(6, dtype="u1").reshape(3, 2))
np.save("i32.npy", np.array([-1, 2], dtype="<i4"))
np.save("f32.npy", np.array([[[0.5, -1], [2, 3.25]]], dtype="<f4"))
np.save("f64.npy", np.array([[0.1, -1e300], [2, np.pi]], dtype="<f8"))
np.save("empty.npy", np.zeros((0, 3), dtype="<f4"))
np.save("long.npy", np.zeros((2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1), dtype="<f4"))
np.save("fortran.npy", np.asfortranarray(np.arange(6, dtype="<f4").reshape(3, 2)))
np.save("big-endian.npy", np.arange(3, dtype=">f4"))
np.save("scalar.npy", np.float32(1))
with open("version-2.npy", "wb") as file:
    np.lib.format.write_array(file, np.arange(3, dtype="<f4"), version=(2, 0))
