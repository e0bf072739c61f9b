"""Makes the files beside it as MATLAB writes them: python3 make.py (needs numpy, h5py, scipy)."""
import h5py
import numpy
import scipy.io

COUNT, WIDTH, HEIGHT = 8, 640, 480
BANNER = b"MATLAB 7.3 MAT-file, Platform: GLNXA64, Created on: Sun Nov  8 14:26:10 2015 HDF5 schema 1.00 ."


def numeric(file, name, values, kind, chunks):
    data = file.create_dataset(name, data=values, chunks=chunks, compression="gzip", compression_opts=9, shuffle=False)
    data.attrs["MATLAB_class"] = numpy.bytes_(kind)


def cell(file, name, texts):
    refs = file.require_group("#refs#")
    cells = file.create_dataset(name, (1, len(texts)), h5py.ref_dtype)
    cells.attrs["MATLAB_class"] = numpy.bytes_("cell")
    for i, text in enumerate(texts):
        codes = refs.create_dataset(f"{name}{i}", data=numpy.array([[ord(c)] for c in text], "u2"))
        codes.attrs["MATLAB_class"] = numpy.bytes_("char")
        cells[0, i] = codes.ref


# [images, x, y], the reverse of MATLAB's order
k, x, y = numpy.mgrid[0:COUNT, 0:WIDTH, 0:HEIGHT]
with h5py.File("nyu_depth_v2_labeled.mat", "w", userblock_size=512, track_order=False) as mat:
    colours = [(37 * k + 50 * c + 5 * (y // 16) + 3 * (x // 16)) % 256 for c in range(3)]
    numeric(mat, "images", numpy.stack(colours, axis=1).astype("u1"), "uint8", (3, 1, 320, 480))
    tiles = 1 + k / 8 + (y // 40 + x // 40) / 4
    # In image 2 a plane whose points fulfil 0.48 X + 0.36 Y - 0.8 Z = -2; the toolbox counts pixels from 1.
    plane = 2 / (0.8 - 0.48 * ((x + 1 - 325.582) / 518.858) - 0.36 * ((y + 1 - 253.736) / 519.470))
    is_plane = (k == 1) & (x // 80 == 4) & (y // 80 == 2)
    numeric(mat, "depths", numpy.where(is_plane, plane, tiles).astype("f4"), "single", (1, 640, 480))
    numeric(mat, "labels", ((100 * k + 16 * (y // 40) + x // 40) % 895).astype("u2"), "uint16", (8, 64, 480))
    cell(mat, "names", ["book", "bottle", "cabinet"])
with open("nyu_depth_v2_labeled.mat", "r+b") as mat:
    mat.write(BANNER.ljust(124) + b"\x00\x02IM")


def cells(texts):
    return numpy.array([[text for text in texts]], dtype=object)


scipy.io.savemat(
    "splits.mat",
    {"trainNdxs": numpy.uint16([[2], [3], [5], [7], [8]]), "testNdxs": numpy.uint16([[1], [4], [6]])},
    do_compression=True,
)
scipy.io.savemat(
    "classMapping40.mat",
    {
        "mapClass": numpy.uint8([[i % 40 + 1 for i in range(894)]]),
        "allClassName": cells(["book", "bottle", "cabinet"] + ["x"] * 891),
        "className": cells(["wall"] * 40),
    },
    do_compression=True,
)
names = "bed books ceiling chair floor furniture objects picture sofa table tv wall window".split()
to13 = "12 5 6 1 4 9 10 12 13 6 8 6 13 10 6 13 6 7 7 5 7 3 2 6 11 7 7 7 7 7 7 6 7 7 7 7 7 7 6 7".split()
scipy.io.savemat(
    "class13Mapping.mat",
    {"classMapping13": {"labels13": numpy.uint8([[int(i) for i in to13]]), "classNames": cells(names)}},
    do_compression=False,
)
