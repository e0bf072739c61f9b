using System.Runtime.InteropServices;
using System.Text;
using NUnit.Framework;

namespace EtrNlp.Tests.Predictions;

/// <summary>A folder of predictions, read without the program's own readers.</summary>
static class PredictedFiles
{
    public static string[] Rows(string folder) => File.ReadAllLines(Path.Combine(folder, "predictions.csv"));

    public static IEnumerable<string> Relative(string folder) =>
        Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(folder, path));

    public static string Bytes(string folder, string name) =>
        Convert.ToHexString(File.ReadAllBytes(Path.Combine(folder, name)));

    /// <summary>The numbers of a .npy file behind a header of version 1.0 that gives the shape.</summary>
    public static float[] Floats(string path, string shape)
    {
        var file = File.ReadAllBytes(path);
        var data = 10 + BitConverter.ToUInt16(file, 8);
        Assert.That(Encoding.ASCII.GetString(file, 10, data - 10), Does.Contain($"'shape': {shape}"));
        return [.. MemoryMarshal.Cast<byte, float>(file.AsSpan(data))];
    }
}
