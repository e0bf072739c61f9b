using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using EtrNlp.Data.Configuration;
using EtrNlp.Data.Datasets;
using EtrNlp.Data.Files;
using EtrNlp.Data.Images;

namespace EtrNlp.Data.Cityscapes;

/// <summary>
/// The cameras of disparity files: baseline times focal length is the depth in metres of a disparity of one pixel
/// (cityscapesScripts, csCalibration.pdf).
/// </summary>
public sealed class Cameras
{
    const long MostBytes = 1 << 16;
    const double StepsPerPixel = 256;

    readonly Dictionary<string, double> _metres = [];

    /// <summary>Reads the camera of each disparity file.</summary>
    /// <exception cref="DataException">Cameras cannot be read, or are none.</exception>
    public Cameras(IEnumerable<(ImageFile Disparity, ImageFile Camera)> files)
    {
        var broken = new Mistakes(
            count => $"{count:N0} camera files cannot be used",
            "Copy them again, or set dataset.depth to disparity, which needs none."
        );
        foreach (var (disparity, camera) in files)
        {
            try
            {
                _metres[disparity.Name] = Read(camera);
            }
            catch (DataException e)
            {
                broken.Add(e.Message);
            }
        }

        broken.ThrowIfAny();
        Text = Convert.ToHexStringLower(
            SHA256.HashData(
                Encoding.UTF8.GetBytes(
                    string.Join('\n', _metres.Values.Select(metres => FormattableString.Invariant($"{metres:R}")))
                )
            )
        );
    }

    /// <summary>Equal texts mean equal cameras.</summary>
    public string Text { get; }

    /// <summary>The inverse depth in 1/m from one number of a disparity file to the next, 1/256 pixel.</summary>
    public double InverseMetresOfOneStep(string disparity) => Step(_metres[disparity]);

    static double Step(double metres) => 1 / (StepsPerPixel * metres);

    // In single precision every number of a file keeps a depth of its own, which is finite.
    static bool HasDepth(double metres) =>
        float.IsNormal((float)Step(metres)) && float.IsFinite((float)(Step(metres) * ushort.MaxValue));

    static double Read(ImageFile camera)
    {
        try
        {
            using var stream = RegularFile.OpenRead(camera.Path, MostBytes); // of a stream a byte-order mark is skipped
            using var json = JsonDocument.Parse(stream);
            var baseline = Number(json.RootElement, "extrinsic", "baseline");
            var focal = Number(json.RootElement, "intrinsic", "fx");
            return
                baseline is not > 0 || focal is not > 0
                    ? throw new DataException(
                        $"{camera.Name} has no numbers extrinsic.baseline and intrinsic.fx above 0"
                    )
                : !HasDepth(baseline.Value * focal.Value)
                    ? throw new DataException(
                        $"{camera.Name} has extrinsic.baseline and intrinsic.fx that no camera has"
                    )
                : baseline.Value * focal.Value;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException) // the latter of wrong escapes
        {
            throw new DataException($"{camera.Name} is no JSON");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DataException($"{camera.Name} cannot be read ({e.Message})");
        }
    }

    static double? Number(JsonElement root, string group, string key) =>
        root.ValueKind == JsonValueKind.Object
        && root.TryGetProperty(group, out var inner)
        && inner.ValueKind == JsonValueKind.Object
        && inner.TryGetProperty(key, out var value)
        && value.ValueKind == JsonValueKind.Number
            ? value.GetDouble()
            : null;
}
