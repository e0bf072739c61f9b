using System.Diagnostics;
using NUnit.Framework;

namespace EtrNlp.Tests.Support;

/// <summary>A real terminal with a shell, by tmux, in which keys are pressed and whose screen is read.</summary>
sealed class Terminal : IDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    readonly string _folder;
    readonly IReadOnlyDictionary<string, string> _environment;

    /// <summary>Starts a shell in a folder; the test is skipped if there is no tmux or no such shell.</summary>
    public Terminal(string folder, IReadOnlyDictionary<string, string> environment, params string[] shell)
    {
        (_folder, _environment) = (folder, environment);
        string[] needed = ["tmux", shell[0]];
        if (needed.FirstOrDefault(program => !IsInstalled(program)) is { } missing)
        {
            Assert.Ignore($"{missing} is not installed here.");
        }

        Tmux(["new-session", "-d", "-x", "150", "-y", "30", "-c", folder, .. shell]);
    }

    /// <summary>Types keys as tmux names them: a text, <c>Tab</c>, <c>Enter</c>.</summary>
    public void Press(params string[] keys) => Array.ForEach(keys, key => Tmux("send-keys", key));

    /// <summary>Waits until a line of the screen starts with a text.</summary>
    public void WaitFor(string start)
    {
        var clock = Stopwatch.StartNew();
        var screen = "";
        while (clock.Elapsed < Patience)
        {
            screen = Tmux("capture-pane", "-p");
            if (screen.Split('\n').Any(line => line.StartsWith(start, StringComparison.Ordinal)))
            {
                return;
            }

            Thread.Sleep(50);
        }

        Assert.Fail($"No line starts with '{start}':\n{screen}");
    }

    public void Dispose() => Tmux("kill-server");

    static bool IsInstalled(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator)
            .Any(folder => File.Exists(Path.Combine(folder, program)));

    string Tmux(params IEnumerable<string> arguments)
    {
        string[] own = ["-S", Path.Combine(_folder, "tmux"), "-f", "/dev/null"];
        var start = new ProcessStartInfo("tmux", [.. own, .. arguments]) { RedirectStandardOutput = true };
        start.Environment.Remove("TMUX");
        foreach (var (name, value) in _environment)
        {
            start.Environment[name] = value;
        }

        using var tmux = Process.Start(start)!;
        var output = tmux.StandardOutput.ReadToEnd();
        tmux.WaitForExit();
        return output;
    }
}
