using System.Runtime.InteropServices;

namespace EtrNlp.Cli;

/// <summary>
/// Ctrl+C and SIGTERM while a command runs that can save its work: the first asks it to, further SIGTERMs change nothing, a second
/// Ctrl+C ends the process at once.
/// </summary>
sealed class StopSignals : IDisposable
{
    const string ShowCursor = "\e[?25h"; // a live display hides it

    readonly CancellationTokenSource _source = new();
    readonly Lock _lock = new();
    readonly PosixSignalRegistration[] _registrations;
    bool _interrupted;

    public StopSignals() => _registrations = [.. new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM }.Select(signal => PosixSignalRegistration.Create(signal, Handle))];

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Token => _source.Token;

    /// <summary>The first signal, or null.</summary>
    public PosixSignal? First { get; private set; }

    public void Dispose()
    {
        Array.ForEach(_registrations, registration => registration.Dispose());
        _source.Dispose();
    }

    internal void Handle(PosixSignalContext context)
    {
        lock (_lock)
        {
            var again = context.Signal == PosixSignal.SIGINT && _interrupted;
            _interrupted |= context.Signal == PosixSignal.SIGINT;
            First ??= context.Signal;
            context.Cancel = !again; // what is not cancelled here, the system does: it ends the process
            if (again && !Console.IsErrorRedirected)
            {
                Console.Error.Write(ShowCursor);
            }
        }

        _source.Cancel();
    }
}
