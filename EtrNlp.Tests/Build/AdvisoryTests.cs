using System.Diagnostics;
using System.IO.Compression;
using System.Net;
using System.Net.Sockets;
using EtrNlp.Tests.Support;
using NUnit.Framework;

namespace EtrNlp.Tests.Build;

/// <summary>
/// What the repository's build does on the day on which a security advisory names one of its packages.
/// </summary>
[Category("Slow")]
public sealed class AdvisoryTests
{
    static readonly string[] Severities = ["NU1901", "NU1902", "NU1903", "NU1904"];

    [TestCaseSource(nameof(Severities))]
    public async Task An_advisory_is_a_warning_and_not_the_end_of_the_build(string code)
    {
        using var folder = new TemporaryFolder();
        using var registry = new AdvisoryRegistry(Array.IndexOf(Severities, code));
        File.Copy(
            Path.Combine(AppContext.BaseDirectory, "Build", "Directory.Build.props"),
            folder.File("Directory.Build.props")
        );
        PutPackage(folder.File("packages"));
        File.WriteAllText(
            folder.File("nuget.config"),
            $"""
            <configuration>
              <packageSources><clear /><add key="here" value="packages" /></packageSources>
              <auditSources>
                <clear /><add key="audit" value="{registry.Url}index.json" allowInsecureConnections="true" />
              </auditSources>
            </configuration>
            """
        );
        File.WriteAllText(
            folder.File("a.csproj"),
            """
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup><RestorePackagesPath>restored</RestorePackagesPath></PropertyGroup>
              <ItemGroup><PackageReference Include="Advised" Version="1.0.0" /></ItemGroup>
            </Project>
            """
        );

        var (exit, said) = await Restore(folder.Path);

        Assert.That(exit, Is.Zero, said);
        Assert.That(said, Does.Contain($"warning {code}"));
    }

    static void PutPackage(string folder)
    {
        Directory.CreateDirectory(folder);
        using var package = ZipFile.Open(Path.Combine(folder, "Advised.1.0.0.nupkg"), ZipArchiveMode.Create);
        using var description = new StreamWriter(package.CreateEntry("Advised.nuspec").Open());
        description.Write(
            "<package><metadata><id>Advised</id><version>1.0.0</version>"
                + "<authors>a</authors><description>d</description></metadata></package>"
        );
    }

    static async Task<(int Exit, string Said)> Restore(string folder)
    {
        using var dotnet = Process.Start(
            new ProcessStartInfo("dotnet", ["restore", "-nodeReuse:false"])
            {
                WorkingDirectory = folder,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                Environment =
                {
                    ["DOTNET_CLI_UI_LANGUAGE"] = "en",
                    ["DOTNET_NOLOGO"] = "1",
                    ["NUGET_HTTP_CACHE_PATH"] = Path.Combine(folder, "http"),
                },
            }
        )!;
        var said = await Task.WhenAll(dotnet.StandardOutput.ReadToEndAsync(), dotnet.StandardError.ReadToEndAsync());
        await dotnet.WaitForExitAsync();
        return (dotnet.ExitCode, string.Concat(said));
    }

    /// <summary>
    /// A registry of advisories as NuGet's protocol describes one (VulnerabilityInfo 6.7.0), with one advisory.
    /// </summary>
    sealed class AdvisoryRegistry : IDisposable
    {
        readonly HttpListener _listener = new();

        public AdvisoryRegistry(int severity)
        {
            using (var free = new TcpListener(IPAddress.Loopback, 0))
            {
                free.Start();
                Url = $"http://localhost:{((IPEndPoint)free.LocalEndpoint).Port}/";
            }

            _listener.Prefixes.Add(Url);
            _listener.Start();
            _ = Serve(
                new()
                {
                    ["/index.json"] = $$"""
                    {"version": "3.0.0",
                     "resources": [{"@id": "{{Url}}all.json", "@type": "VulnerabilityInfo/6.7.0"}]}
                    """,
                    ["/all.json"] = $$"""
                    [{"@name": "base", "@id": "{{Url}}base.json",
                      "@updated": "2026-01-01T00:00:00Z", "comment": ""}]
                    """,
                    ["/base.json"] = $$"""
                    {"advised": [{"url": "https://example.org/a",
                                  "severity": {{severity}}, "versions": "(, 2.0.0)"}]}
                    """,
                }
            );
        }

        public string Url { get; }

        public void Dispose() => _listener.Close();

        async Task Serve(Dictionary<string, string> pages)
        {
            while (_listener.IsListening)
            {
                try
                {
                    var asked = await _listener.GetContextAsync();
                    await using var answer = new StreamWriter(asked.Response.OutputStream);
                    await answer.WriteAsync(pages[asked.Request.Url!.AbsolutePath]);
                }
                catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
                {
                    return;
                }
            }
        }
    }
}
