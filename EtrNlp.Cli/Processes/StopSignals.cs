using System.Runtime.InteropServices;
using EtrNlp.Core.Devices;

namespace EtrNlp.Cli.Processes;

/// <summary>
/// What asks a command to stop that can save its work: Ctrl+C; SIGTERM; SIGHUP, of a terminal that goes away; SIGUSR1,
/// of a cluster that will end the job soon. The first asks, further ones change nothing, but a second Ctrl+C ends the
/// process at once. A SIGHUP or SIGUSR1 that was ignored when the program was started stays ignored, as under nohup.
/// </summary>
sealed class StopSignals : IDisposable
{
    const string ShowCursor = "\e[?25h"; // a live display hides it
    const int Hangup = 1; // signals by their numbers
    const int LinuxUser1 = 10;
    const int OtherUser1 = 30;
    const int FileTooLarge = 25;

    readonly Outlet _error;
    readonly CancellationTokenSource _source = new();
    readonly Lock _lock = new();
    readonly PosixSignalRegistration[] _registrations;
    bool _interrupted;

    public StopSignals(Outlet error)
    {
        _error = error;
        _registrations = [.. Asking.Select(signal => PosixSignalRegistration.Create(signal, Handle)), .. Survived()];
    }

    static IEnumerable<PosixSignal> Asking =>
        [
            PosixSignal.SIGINT,
            PosixSignal.SIGTERM,
            .. Inherited.IsIgnored(Hangup) ? [] : new[] { PosixSignal.SIGHUP },
            .. OperatingSystem.IsWindows() || Inherited.IsIgnored(User1) ? [] : new[] { (PosixSignal)User1 },
        ];

    static int User1 => OperatingSystem.IsLinux() ? LinuxUser1 : OtherUser1;

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Token => _source.Token;

    /// <summary>The first signal, or null.</summary>
    public PosixSignal? First { get; private set; }

    /// <summary>What people call a signal.</summary>
    public static string NameOf(PosixSignal signal) => (int)signal == User1 ? "SIGUSR1" : $"{signal}";

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
                _error.Write(ShowCursor);
            }
        }

        _source.Cancel();
    }

    // SIGXFSZ comes with a write over the size that a limit sets for files, which then fails and is told.
    static IEnumerable<PosixSignalRegistration> Survived() =>
        OperatingSystem.IsWindows()
            ? []
            : [PosixSignalRegistration.Create((PosixSignal)FileTooLarge, context => context.Cancel = true)];
}
