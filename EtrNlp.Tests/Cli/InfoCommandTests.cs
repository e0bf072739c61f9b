using System.Text.Json;
using EtrNlp.Tests.Support;
using NUnit.Framework;

namespace EtrNlp.Tests.Cli;

public sealed class InfoCommandTests
{
    [Test]
    public async Task Json_holds_what_loaded_and_nothing_else_is_printed()
    {
        var (code, output, error) = await Etrnlp.Run("info", "--json");

        var torch = JsonDocument.Parse(output).RootElement.GetProperty("torch");
        Assert.That((code, error), Is.EqualTo((0, "")));
        Assert.That(torch.GetProperty("loaded").GetBoolean(), Is.True);
        Assert.That(torch.GetProperty("devices")[0].GetProperty("name").GetString(), Is.EqualTo("cpu"));
    }

    [Test]
    public async Task Lines_name_the_versions_and_the_files()
    {
        var (code, output, _) = await Etrnlp.Run("info");

        Assert.That(code, Is.Zero);
        Assert.That(output, Does.Contain("TorchSharp  0.").And.Contain("loaded").And.Contain("device      cpu"));
    }

    // Of a build whose native libraries are missing.
    [TestCase("")]
    [TestCase("--quiet")]
    [TestCase("--json")]
    [Category("Process")]
    public void Where_libtorch_does_not_load_that_is_an_error(string option)
    {
        using var folder = new TemporaryFolder();
        var build = new DirectoryInfo(AppContext.BaseDirectory);
        foreach (var file in build.GetFiles("*.dll").Concat(build.GetFiles("etrnlp*")).DistinctBy(file => file.Name))
        {
            file.CopyTo(folder.File(file.Name));
        }

        string[] info = ["info", .. option.Length == 0 ? Array.Empty<string>() : [option]];
        var (code, output, error) = Etrnlp.Start(folder.Path, info, executable: folder.File("etrnlp")).Finish();

        Assert.That((code, output.Length == 0), Is.EqualTo((1, option == "--quiet")), output);
        Assert.That(error, Does.StartWith("etrnlp: TorchSharp's native library did not load").And.EndWith(".\n"));
    }

    [TestCase("inf")]
    [TestCase("info", "--jsn")]
    public async Task A_misspelt_word_is_answered_on_stderr_with_the_nearest_and_exit_code_2(params string[] args)
    {
        var (code, output, error) = await Etrnlp.Run(args);

        Assert.That((code, output), Is.EqualTo((2, "")));
        Assert.That(error, Does.Contain(args[^1]).And.Contain(args[^1].StartsWith('-') ? "--json" : "info"));
    }
}
