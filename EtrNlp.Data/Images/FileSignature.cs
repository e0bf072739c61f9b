namespace EtrNlp.Data.Images;

/// <summary>Tells the format of an image by its first bytes, whatever its name says.</summary>
static class FileSignature
{
    /// <summary>The formats that are read, as messages list them.</summary>
    public const string Readable = "JPEG, PNG, WebP, GIF or BMP";

    const int BrandAt = 8;

    /// <summary>The name of the format if it is one of <see cref="Readable"/>.</summary>
    public static string? OfReadable(ReadOnlySpan<byte> file) =>
        file switch
        {
            [0xFF, 0xD8, 0xFF, ..] => "JPEG",
            [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A, ..] => "PNG",
            _ when file.StartsWith("GIF87a"u8) || file.StartsWith("GIF89a"u8) => "GIF",
            _ when file.StartsWith("RIFF"u8) && At(file, BrandAt, "WEBP"u8) => "WebP",
            _ when file.StartsWith("BM"u8) => "BMP",
            _ => null,
        };

    /// <summary>The name of another format of photographs and drawings; null if it is none that is known.</summary>
    public static string? OfOther(ReadOnlySpan<byte> file) =>
        file switch
        {
            [(byte)'I', (byte)'I', 42 or 43, 0, ..] or [(byte)'M', (byte)'M', 0, 42 or 43, ..] => "TIFF",
            [0, 0, 0, 12, (byte)'j', (byte)'P', ..] or [0xFF, 0x4F, 0xFF, 0x51, ..] => "JPEG 2000",
            [0, 0, 0, 12, (byte)'J', (byte)'X', ..] or [0xFF, 0x0A, ..] => "JPEG XL",
            _ when At(file, 4, "ftypavi"u8) => "AVIF",
            _ when At(file, 4, "ftyphe"u8) || At(file, 4, "ftypmif1"u8) => "HEIF",
            _ when file.StartsWith("8BPS"u8) => "Photoshop",
            _ when file.StartsWith("%PDF"u8) => "PDF",
            [0, 0, 1 or 2, 0, ..] => "Windows icon",
            _ => null,
        };

    static bool At(ReadOnlySpan<byte> file, int offset, ReadOnlySpan<byte> letters) =>
        file.Length >= offset && file[offset..].StartsWith(letters);
}
