namespace EtrNlp.Data.Configuration;

/// <summary>How long something takes, as messages say it.</summary>
public static class Durations
{
    /// <summary>12 s, 3 min, 1:05 h or 2 d 3 h: as exact as an estimate is worth; ? where it is not known.</summary>
    public static string Text(TimeSpan? span) =>
        span switch
        {
            null => "?",
            { TotalSeconds: < 99.5 } some => FormattableString.Invariant($"{some.TotalSeconds:F0} s"),
            { TotalMinutes: < 59.5 } some => FormattableString.Invariant($"{some.TotalMinutes:F0} min"),
            { TotalHours: < 24 } some => FormattableString.Invariant($"{(int)some.TotalHours}:{some.Minutes:D2} h"),
            { } some => FormattableString.Invariant($"{some.Days} d {some.Hours} h"),
        };
}
