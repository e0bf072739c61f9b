using Serilog;
using Serilog.Core;
using Serilog.Events;

namespace EtrNlp.Cli.Processes;

/// <summary>The log of a run. If it cannot be written that is said once, and the run goes on.</summary>
sealed class RunLog : ILoggingFailureListener
{
    readonly string _path;
    readonly Action<string> _say;
    bool _isTold;

    RunLog(string path, Action<string> say) => (_path, _say) = (path, say);

    internal static Logger Open(string path, Action<string> say) =>
        new LoggerConfiguration()
            .WriteTo.Fallible(to => to.File(new LogLine(), path), new RunLog(path, say))
            .CreateLogger();

    public void OnLoggingFailed(
        object sender,
        LoggingFailureKind kind,
        string message,
        IReadOnlyCollection<LogEvent>? events,
        Exception? cause
    )
    {
        if (!Interlocked.Exchange(ref _isTold, true))
        {
            var reason = cause?.Message.TrimEnd('.') ?? message;
            _say($"the log {_path} cannot be written ({reason}); the run goes on without it");
        }
    }
}
