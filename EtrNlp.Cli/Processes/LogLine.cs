using System.Globalization;
using EtrNlp.Data.Configuration;
using Serilog.Events;
using Serilog.Formatting;
using Serilog.Formatting.Display;

namespace EtrNlp.Cli.Processes;

/// <summary>
/// What happened as one line of a log, made printable, and below it, indented, the exception it is about.
/// </summary>
sealed class LogLine : ITextFormatter
{
    static readonly MessageTemplateTextFormatter Template = new(
        "{Timestamp:yyyy-MM-dd HH:mm:ss.fff zzz} [{Level:u3}] {Message:lj}",
        CultureInfo.InvariantCulture
    );

    public void Format(LogEvent logEvent, TextWriter output)
    {
        using var line = new StringWriter();
        Template.Format(logEvent, line);
        output.WriteLine(Printable.Line($"{line}"));
        foreach (
            var below in $"{logEvent.Exception}".ReplaceLineEndings("\n").Split('\n').Where(below => below.Length > 0)
        )
        {
            output.WriteLine($"    {Printable.Line(below)}");
        }
    }
}
