using System.ComponentModel;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using EtrNlp.Tests.Cli;
using EtrNlp.Tests.Docs;
using EtrNlp.Tests.Support;
using NUnit.Framework;

namespace EtrNlp.Tests.Slurm;

/// <summary>A Slurm of two nodes on this machine, where its programs are installed; else the test is skipped.</summary>
sealed class RealSlurm : IDisposable
{
    readonly TemporaryFolder _folder = new();
    bool _isStarted;

    public RealSlurm()
    {
        if (!File.Exists("/usr/sbin/slurmctld") || !File.Exists("/usr/sbin/slurmd"))
        {
            _folder.Dispose();
            Assert.Ignore("Slurm is not installed (Debian, Ubuntu: slurm-wlm).");
        }

        _isStarted = true;
        Assert.That(Script("start", "2"), Is.Zero, "the cluster did not start");
    }

    Dictionary<string, string> Environment => new() { ["SLURM_CONF"] = Path.Combine(_folder.Path, "slurm.conf") };

    /// <summary>Types a command where the cluster is known.</summary>
    public (int Code, string Output, string Error) Run(string folder, params string[] args) =>
        Etrnlp.Start(folder, args, Environment).Finish();

    public void Dispose()
    {
        if (_isStarted)
        {
            _isStarted = false;
            Script("stop");
            _folder.Dispose();
        }
    }

    int Script(string command, params string[] more)
    {
        var script = Path.Combine(Document.Root, "scripts", "slurm-cluster.sh");
        var start = new ProcessStartInfo("bash", [script, command, _folder.Path, .. more]);
        start.Environment["SLURM_CLUSTER_PORT"] = $"{_port}";
        using var process = Process.Start(start)!;
        process.WaitForExit();
        return process.ExitCode;
    }

    // The controller's, and the nodes' behind it.
    readonly int _port = FreePort();

    static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return Math.Min(((IPEndPoint)listener.LocalEndpoint).Port, 65_000);
    }
}
