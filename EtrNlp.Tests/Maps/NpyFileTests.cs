using EtrNlp.Data.Maps;
using EtrNlp.Tests.Support;
using NUnit.Framework;

namespace EtrNlp.Tests.Maps;

/// <summary>Arrays that are written, as numpy reads them.</summary>
public sealed class NpyFileTests
{
    [TestCase(2, 3)]
    [TestCase(1, 2, 3)]
    public void Numpy_reads_the_numbers_in_their_shape(params int[] shape)
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("a.npy");
        using (var file = File.Create(path))
        {
            NpyFile.Write([0.5f, -1, 2, 3, 4, 1e-7f], shape, file);
        }

        OtherSoftware.Python(
            $"""
            import numpy
            a = numpy.load('{path}')
            assert a.dtype == numpy.float32 and a.shape == ({string.Join(", ", shape)})
            assert a.ravel().tolist() == numpy.array([0.5, -1, 2, 3, 4, 1e-7], 'f4').tolist()
            assert open('{path}', 'rb').read().index(b'\n') % 64 == 63
            """
        );
    }
}
