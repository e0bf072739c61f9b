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

    static (string? Value, string? Resolved, string? Complaint) Read(string text, Place? place = null, ValueType<string>? type = null)
    {
        var reading = new Reading();
        var parsed = (type ?? PathValue.Type).Read(new ScalarNode(text, place ?? new Place(Path.Combine(_elsewhere, "a.yaml"), 3, 7)), "root", reading);
        var complaint = parsed is null ? Assert.Throws<ConfigException>(reading.ThrowIfWrong).Errors.Single().Message : null;
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
        Assert.That(Read("celeba", Place.OnCommandLine("--set root=celeba")).Value, Is.EqualTo(Path.Combine(Environment.CurrentDirectory, "celeba")));

    [Test]
    public void A_path_that_starts_with_a_variable_is_relative_to_the_current_directory_and_keeps_it()
    {
        Environment.SetEnvironmentVariable(Name, "data");

        Assert.That(Read($"${{{Name}}}/celeba"), Is.EqualTo((Path.Combine(Environment.CurrentDirectory, "data", "celeba"), $"${{{Name}}}/celeba", (string?)null)));
    }

    [Test]
    public void A_variable_inside_a_literal_path_is_kept_and_means_the_same_when_it_is_read_again()
    {
        Environment.SetEnvironmentVariable(Name, "x/y");

        var (value, resolved, _) = Read($"sets/${{{Name}}}/../z");

        Assert.That(value, Is.EqualTo(Path.Combine(_elsewhere, "sets", "x", "z")));
        Assert.That(resolved, Is.EqualTo(Path.Combine(_elsewhere, $"sets/${{{Name}}}/../z")));
        Assert.That(Read(resolved!, new Place("run/experiment.yaml", 1, 1)), Is.EqualTo((value, resolved, (string?)null)));
    }

    [TestCase(null)]
    [TestCase("")]
    public void A_variable_that_is_not_set_is_named_with_a_remedy(string? value)
    {
        Environment.SetEnvironmentVariable(Name, value);

        Assert.That(Read($"${{{Name}}}/celeba").Complaint, Is.EqualTo($"root: the environment variable {Name} is not set; set it, or write the value itself"));
    }

    [TestCase("${}")]
    [TestCase("a/${x")]
    [TestCase("${a-b}")]
    public void A_variable_that_is_not_written_well_is_refused(string text) =>
        Assert.That(Read(text).Complaint, Is.EqualTo($"root: expected a variable as ${{NAME}}, of letters, digits and _, got '{text}'"));

    [Test]
    public void What_a_variable_holds_is_not_expanded_again()
    {
        Environment.SetEnvironmentVariable(Name, "${HOME}");

        Assert.That(Read($"a ${{{Name}}} b", type: Values.Text), Is.EqualTo(("a ${HOME} b", $"a ${{{Name}}} b", (string?)null)));
    }

    [Test]
    public void Nothing_is_no_path() => Assert.That(Read("").Complaint, Is.EqualTo("root: expected a path, got ''"));
}
