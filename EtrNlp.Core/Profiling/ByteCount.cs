using System.Globalization;

namespace EtrNlp.Core.Profiling;

/// <summary>Numbers of bytes as people read them.</summary>
public static class ByteCount
{
    const double Step = 1000;

    static readonly string[] _units = ["bytes", "kB", "MB", "GB", "TB", "PB", "EB"];

    /// <summary>999 bytes, 1.23 kB, 45.6 MB, 789 GB: up to three digits, in powers of 1000.</summary>
    public static string Text(long bytes)
    {
        var (value, unit) = ((double)bytes, 0);
        while (Math.Round(value) >= Step && unit < _units.Length - 1)
        {
            (value, unit) = (value / Step, unit + 1);
        }

        return string.Create(CultureInfo.InvariantCulture, $"{value:G3} {_units[unit]}");
    }
}
