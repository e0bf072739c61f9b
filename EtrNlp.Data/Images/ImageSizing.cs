using EtrNlp.Data.Configuration;
using EtrNlp.Data.Datasets;

namespace EtrNlp.Data.Images;

/// <summary>How images are brought to the size of the network.</summary>
/// <param name="Text">The rule in words; equal texts mean equal rules.</param>
/// <param name="Size">The size of every result; null where it depends on the image.</param>
/// <param name="Place">Which part of the scaled image is kept, given the size of the image.</param>
public sealed record ImageSizing(string Text, ImageSize? Size, Func<ImageSize, ScaledPart> Place)
{
    /// <summary>The longest side, in pixels.</summary>
    public const int Largest = 8192;

    static readonly ValueType<int> Side = Values.Integer(min: 1, max: Largest);
    static readonly ValueType<ImageSizing> CropType = Side.Select(Crop);
    static readonly ValueType<ImageSizing> StretchType = Values
        .List(Side, min: 2)
        .Where(sides => sides.Length == 2, "[height, width]")
        .Select(sides => Stretch(new(sides[0], sides[1])));
    static readonly Setting<int> ShorterSide = new("shorter", "Pixels of the shorter side.", Side);
    static readonly ValueType<ImageSizing> ShorterType = Values.Record(
        [ShorterSide],
        values => Shorter(values.Get(ShorterSide))
    );

    /// <summary>What the images must be; null for images of any kind, which are turned upright.</summary>
    public IPublishedImages? Published { get; init; }

    /// <summary><c>n</c>, <c>[height, width]</c> or <c>{shorter: n}</c>.</summary>
    public static ValueType<ImageSizing> Type { get; } =
        new(
            "n (shorter side to n, centre crop), [height, width] (stretch) or {shorter: n} (no crop)",
            () => Schemas.Either(CropType.Schema(), StretchType.Schema(), ShorterType.Schema()),
            (node, key, reading) =>
                node switch
                {
                    ListNode => StretchType.Read(node, key, reading),
                    MapNode => ShorterType.Read(node, key, reading),
                    _ => CropType.Read(node, key, reading),
                }
        );

    /// <summary>The shorter side becomes n, then the n x n centre is kept.</summary>
    public static ImageSizing Crop(int n) =>
        new(
            $"crop {n}",
            new(n, n),
            size =>
            {
                var scaled = ScaleShorter(size, n);
                return new(scaled, Centre(scaled.Height, n), Centre(scaled.Width, n), new(n, n));
            }
        );

    /// <summary>Height and width are scaled each for itself.</summary>
    public static ImageSizing Stretch(ImageSize to) => new($"stretch {to}", to, _ => ScaledPart.Whole(to));

    /// <summary>The shorter side becomes n, the other one follows.</summary>
    public static ImageSizing Shorter(int n) =>
        new($"shorter {n}", null, size => ScaledPart.Whole(ScaleShorter(size, n)));

    /// <summary>The same of images that are all of one published kind.</summary>
    public ImageSizing Of(IPublishedImages published) =>
        this with
        {
            Text = $"{Text} of {published.Text}",
            Size = Place(published.Size).Size,
            Published = published,
        };

    /// <summary>Decodes, scales and cuts the bytes of a file.</summary>
    /// <exception cref="DataException">They are no such image.</exception>
    public RgbImage Read(byte[] file, string name) =>
        Apply(Published?.Decode(file, name) ?? ImageDecoder.Decode(file, name));

    /// <summary>Scales and cuts an image.</summary>
    public RgbImage Apply(RgbImage image) => TriangleResize.Resize(image, Place(image.Size));

    // torchvision: int(n * long / short).
    static ImageSize ScaleShorter(ImageSize size, int n) =>
        size.Height < size.Width
            ? new(n, (int)((long)n * size.Width / size.Height))
            : new((int)((long)n * size.Height / size.Width), n);

    // torchvision: int(round((side - n) / 2)), where Python rounds a half to the even neighbour.
    static int Centre(int side, int n) => (int)Math.Round((side - n) / 2.0, MidpointRounding.ToEven);
}
