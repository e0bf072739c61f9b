using System.Globalization;
using System.Text.RegularExpressions;
using EtrNlp.Core.Checkpoints;
using EtrNlp.Core.Runs;

namespace EtrNlp.Core.EventFiles;

/// <summary>
/// When the epochs of a run ended, as its log says; where it says nothing, when the epoch before did, and before all
/// when the run was started last.
/// </summary>
sealed partial class EpochTimes
{
    readonly SortedDictionary<int, DateTimeOffset> _ends = [];
    readonly GrowingText _log;

    /// <summary>Reads when it was started.</summary>
    internal EpochTimes(RunFolder folder)
    {
        var starts = EnvironmentFile.Starts(folder.EnvironmentPath).ToArray();
        (FirstStart, LastStart) = (starts.FirstOrDefault(), starts.LastOrDefault());
        _log = new GrowingText(folder.LogPath);
    }

    /// <summary>Reads what the log says since the last time.</summary>
    /// <exception cref="IOException">The log cannot be read.</exception>
    internal void ReadOn()
    {
        foreach (Match found in EndOfEpoch().Matches(_log.ReadOn()))
        {
            if (
                DateTimeOffset.TryParse(found.Groups[1].ValueSpan, CultureInfo.InvariantCulture, out var time)
                && int.TryParse(found.Groups[2].ValueSpan, CultureInfo.InvariantCulture, out var epoch)
            )
            {
                _ends[epoch] = time; // an epoch that was trained again ended then
            }
        }
    }

    /// <summary>When the run began; 0 where nobody knows.</summary>
    internal DateTimeOffset FirstStart { get; }

    /// <summary>When it was started last.</summary>
    internal DateTimeOffset LastStart { get; }

    /// <summary>The end of an epoch, in seconds since 1970.</summary>
    internal double EndOf(int epoch) => Seconds(_ends.LastOrDefault(end => end.Key <= epoch, new(0, FirstStart)).Value);

    /// <summary>A time in seconds since 1970; 0 for none.</summary>
    internal static double Seconds(DateTimeOffset time) =>
        Math.Max(0, (time - DateTimeOffset.UnixEpoch).TotalSeconds);

    // A line that begins with its time, as the program's log has them.
    [GeneratedRegex(
        @"^(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} [+-]\d\d:\d\d) \[INF\] epoch (\d+): ",
        RegexOptions.Multiline
    )]
    private static partial Regex EndOfEpoch();
}
