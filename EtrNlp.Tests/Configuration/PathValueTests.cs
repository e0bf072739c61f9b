using EtrNlp.Data.Configuration;
using NUnit.Framework;

namespace EtrNlp.Tests.Configuration;

[NonParallelizable]
public sealed class PathValueTests
{
    const string Name = "ETRNLP_TEST_FOLDER";

    static readonly string _elsewhere = Path.Combine(Path.GetTempPath(), "elsewhere");

    [TearDown]
    public void Unset() => Environment.SetEnvironmentVariable(Name, null);

    static (string? Value, string? Resolved, string? Complaint) Read(
        string text,
        Place? place = null,
        ValueType<string>? type = null
    )
    {
        var reading = new Reading();
        var parsed = (type ?? PathValue.Type).Read(
            new ScalarNode(text, place ?? new Place(Path.Combine(_elsewhere, "a.yaml"), 3, 7)),
            "root",
            reading
        );
        var complaint = parsed is null
            ? Assert.Throws<ConfigException>(reading.ThrowIfWrong).Errors.Single().Message
            : null;
        return (parsed?.Value, (parsed?.Resolved as ScalarNode)?.Text, complaint);
    }

    [Test]
    public void A_literal_path_is_relative_to_its_file_and_resolved_in_full()
    {
        var full = Path.Combine(_elsewhere, "celeba");

        Assert.That(Read("celeba"), Is.EqualTo((full, full, (string?)null)));
    }

    [Test]
    public void A_path_on_the_command_line_is_relative_to_the_current_directory() =>
        Assert.That(
            Read("celeba", Place.OnCommandLine("--set root=celeba")).Value,
            Is.EqualTo(Path.Combine(Environment.CurrentDirectory, "celeba"))
        );

    [Test]
    public void A_path_that_starts_with_a_variable_is_relative_to_the_current_directory_and_keeps_it()
    {
        Environment.SetEnvironmentVariable(Name, "data");

        Assert.That(
            Read($"${{{Name}}}/celeba"),
            Is.EqualTo(
                (Path.Combine(Environment.CurrentDirectory, "data", "celeba"), $"${{{Name}}}/celeba", (string?)null)
            )
        );
    }

    [Test]
    public void A_variable_inside_a_literal_path_is_kept_and_means_the_same_when_it_is_read_again()
    {
        Environment.SetEnvironmentVariable(Name, "x/y");

        var (value, resolved, _) = Read($"sets/${{{Name}}}/../z");

        Assert.That(value, Is.EqualTo(Path.Combine(_elsewhere, "sets", "x", "z")));
        Assert.That(resolved, Is.EqualTo(Path.Combine(_elsewhere, $"sets/${{{Name}}}/../z")));
        Assert.That(
            Read(resolved!, new Place("run/experiment.yaml", 1, 1)),
            Is.EqualTo((value, resolved, (string?)null))
        );
    }

    static string Home => Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);

    [TestCase("~", "")]
    [TestCase("~/x", "x")]
    public void A_path_may_start_at_home(string text, string below)
    {
        var full = Path.GetFullPath(Path.Combine(Home, below));

        Assert.That(Read(text), Is.EqualTo((full, full, (string?)null)));
    }

    [Test]
    public void A_variable_may_lead_home()
    {
        Environment.SetEnvironmentVariable(Name, "~/x");

        Assert.That(Read($"${{{Name}}}/y").Value, Is.EqualTo(Path.Combine(Home, "x", "y")));
    }

    [TestCase("a/~/b")]
    [TestCase("./~/b")]
    [TestCase("~nobody-has-this-name/b")]
    public void A_tilde_elsewhere_is_a_name(string text) =>
        Assert.That(Read(text).Value, Is.EqualTo(Path.GetFullPath(text, _elsewhere)));

    [Test]
    public void The_home_of_another_account_is_that_of_the_system()
    {
        var account = !File.Exists("/etc/passwd")
            ? null
            : File.ReadLines("/etc/passwd").Select(line => line.Split(':')).FirstOrDefault(one => one[0] == "root");
        if (account is null)
        {
            Assert.Ignore("There is no list of accounts here.");
        }

        Assert.That(Read("~root/b").Value, Is.EqualTo(Path.Combine(account[5], "b")));
    }

    [TestCase(null)]
    [TestCase("")]
    public void A_variable_that_is_not_set_is_named_with_a_remedy(string? value)
    {
        Environment.SetEnvironmentVariable(Name, value);

        Assert.That(
            Read($"${{{Name}}}/celeba").Complaint,
            Is.EqualTo($"root: the environment variable {Name} is not set; set it, or write the value itself")
        );
    }

    [TestCase("${}")]
    [TestCase("a/${x")]
    [TestCase("${a-b}")]
    public void A_variable_that_is_not_written_well_is_refused(string text) =>
        Assert.That(
            Read(text).Complaint,
            Is.EqualTo($"root: expected a variable as ${{NAME}}, of letters, digits and _, got '{text}'")
        );

    [Test]
    public void What_a_variable_holds_is_not_expanded_again()
    {
        Environment.SetEnvironmentVariable(Name, "${HOME}");

        Assert.That(
            Read($"a ${{{Name}}} b", type: Values.Text),
            Is.EqualTo(("a ${HOME} b", $"a ${{{Name}}} b", (string?)null))
        );
    }

    [Test]
    public void Nothing_is_no_path() => Assert.That(Read("").Complaint, Is.EqualTo("root: expected a path, got ''"));
}
