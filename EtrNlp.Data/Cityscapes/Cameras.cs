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
            if (Read(camera.Path) is { } metres)
            {
                _metres[disparity.Name] = metres;
            }
            else
            {
                broken.Add($"{camera.Name} has no numbers extrinsic.baseline and intrinsic.fx above 0");
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

    /// <summary>The depth of a disparity of one pixel.</summary>
    public double MetresOfOnePixel(string disparity) => _metres[disparity];

    static double? Read(string path)
    {
        try
        {
            using var json = JsonDocument.Parse(RegularFile.ReadBytes(path, MostBytes));
            return
                Number(json.RootElement, "extrinsic", "baseline") is > 0 and var baseline
                && Number(json.RootElement, "intrinsic", "fx") is > 0 and var focal
                && double.IsFinite(baseline * focal)
                ? baseline * focal
                : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
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
