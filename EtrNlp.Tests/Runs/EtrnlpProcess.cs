using System.Diagnostics;
using System.Text;
using EtrNlp.Tests.Support;

namespace EtrNlp.Tests.Runs;

/// <summary>The built program at work in a process of its own.</summary>
sealed class EtrnlpProcess : IDisposable
{
    readonly Process _process;
    readonly StringBuilder _errors = new();
    readonly ManualResetEventSlim _training = new();

    EtrnlpProcess(ProcessStartInfo start)
    {
        start.RedirectStandardError = start.RedirectStandardOutput = true;
        _process = new Process { StartInfo = start };
        _process.ErrorDataReceived += (_, line) =>
        {
            lock (_errors)
            {
                _errors.AppendLine(line.Data);
            }

            if (line.Data is null || line.Data.Contains("seed 0: epochs", StringComparison.Ordinal))
            {
                _training.Set();
            }
        };
        _process.Start();
        _process.BeginErrorReadLine();
        _process.BeginOutputReadLine();
    }

    public static EtrnlpProcess Start(params IEnumerable<string> arguments) =>
        new(new ProcessStartInfo(Executable, arguments));

    /// <summary>With no file allowed to grow beyond a size, as on a full disk.</summary>
    // Executable memory of the runtime is a file too, unless it need not be written elsewhere.
    public static EtrnlpProcess StartWithFilesUpTo(int kibibytes, IEnumerable<string> arguments) =>
        StartInShell($"export DOTNET_EnableWriteXorExecute=0; ulimit -f {kibibytes}; exec \"$0\" \"$@\"", arguments);

    /// <summary>By a command of bash, in which <c>"$0" "$@"</c> stands for the program and its arguments.</summary>
    public static EtrnlpProcess StartInShell(string command, IEnumerable<string> arguments) =>
        new(new ProcessStartInfo("bash", ["-c", command, Executable, .. arguments]));

    static string Executable =>
        Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "etrnlp.exe" : "etrnlp");

    /// <summary>Its number.</summary>
    public int Id => _process.Id;

    public string Errors
    {
        get
        {
            lock (_errors)
            {
                return _errors.ToString();
            }
        }
    }

    /// <summary>Waits until a run has begun or the process has ended.</summary>
    public void WaitForTraining() => _training.Wait(Patience.Milliseconds);

    /// <summary>True where it ended within the time.</summary>
    public bool EndsWithin(TimeSpan time) => _process.WaitForExit(time);

    public int WaitForExit()
    {
        _process.WaitForExit();
        return _process.ExitCode;
    }

    /// <summary>SIGKILL: it cannot be caught and nothing is cleaned up.</summary>
    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    public void Signal(string name) => _process.Send(name);

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            Kill();
        }

        _process.Dispose();
        _training.Dispose();
    }
}
