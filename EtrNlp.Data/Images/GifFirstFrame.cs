using System.Buffers.Binary;

namespace EtrNlp.Data.Images;

/// <summary>
/// The first frame of a GIF as an image without transparency, as <c>convert("RGB")</c> of Pillow sees it. A transparent
/// pixel has its colour of the palette. Around a frame smaller than the canvas is the transparent colour, or the first
/// one if there is none.
/// </summary>
/// <param name="File">
/// A GIF that begins with this frame and knows no transparency. Its palette has 256 colours; the missing ones are grey.
/// </param>
/// <param name="Around">The colour around the frame, RGB.</param>
sealed record GifFirstFrame(byte[] File, byte[] Around)
{
    const int HeadBytes = 13, DescriptorBytes = 10;
    const byte Extension = 0x21, GraphicControl = 0xF9, Descriptor = 0x2C;
    const byte HasPalette = 0x80, PaletteSize = 0x07, IsInterlaced = 0x40, IsTransparent = 0x01;

    /// <summary>Finds the first frame; null if there is none (GIF89a, 17 to 25).</summary>
    public static GifFirstFrame? TryFind(ReadOnlySpan<byte> file)
    {
        if (file.Length < HeadBytes || !file.StartsWith("GIF8"u8))
        {
            return null;
        }

        var at = HeadBytes + PaletteBytes(file[10]);
        var palette = file[Math.Min(HeadBytes, file.Length)..Math.Min(at, file.Length)];
        byte around = 0;
        for (; at + DescriptorBytes < file.Length && file[at] != Descriptor; at++)
        {
            if (file[at] == Extension)
            {
                around = TransparentColour(file[at..]) ?? around;
                at = EndOfBlocks(file, at + 2) - 1;
            }
        }

        return at + DescriptorBytes < file.Length ? Of(file, file[at..], palette, around) : null;
    }

    static byte? TransparentColour(ReadOnlySpan<byte> extension) =>
        extension[1] == GraphicControl && (extension[3] & IsTransparent) != 0 ? extension[6] : null;

    static GifFirstFrame Of(ReadOnlySpan<byte> file, ReadOnlySpan<byte> frame, ReadOnlySpan<byte> palette, byte around)
    {
        var flags = frame[9];
        var data = Math.Min(DescriptorBytes + PaletteBytes(flags), frame.Length);
        var colours = new byte[256 * 3];
        for (var i = 0; i < colours.Length; i++)
        {
            colours[i] = (byte)(i / 3);
        }

        (data > DescriptorBytes ? frame[DescriptorBytes..data] : palette).CopyTo(colours);
        var head = file[..HeadBytes].ToArray();
        head[10] = HasPalette | PaletteSize;
        Widen(head.AsSpan(6), frame[1..], frame[5..]);
        Widen(head.AsSpan(8), frame[3..], frame[7..]);
        byte[] alone = [.. head, .. colours, .. frame[..9], (byte)(flags & IsInterlaced), .. frame[data..]];
        return new GifFirstFrame(alone, colours[(around * 3)..(around * 3 + 3)]);
    }

    // A frame that reaches over the canvas widens it.
    static void Widen(Span<byte> canvas, ReadOnlySpan<byte> offset, ReadOnlySpan<byte> side)
    {
        var end = BinaryPrimitives.ReadUInt16LittleEndian(offset) + BinaryPrimitives.ReadUInt16LittleEndian(side);
        var wide = Math.Clamp(end, BinaryPrimitives.ReadUInt16LittleEndian(canvas), ushort.MaxValue);
        BinaryPrimitives.WriteUInt16LittleEndian(canvas, (ushort)wide);
    }

    static int PaletteBytes(byte flags) => (flags & HasPalette) != 0 ? 3 * (2 << (flags & PaletteSize)) : 0;

    static int EndOfBlocks(ReadOnlySpan<byte> file, int at)
    {
        while (at < file.Length && file[at] != 0)
        {
            at += file[at] + 1;
        }

        return at + 1;
    }
}
