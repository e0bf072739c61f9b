using EtrNlp.Data.Configuration;
using NUnit.Framework;

namespace EtrNlp.Tests.Configuration;

public sealed class ValuesTests
{
    static (Parsed<T>? Parsed, string? Complaint) Read<T>(ValueType<T> type, string yaml)
    {
        var reading = new Reading();
        var parsed = type.Read(YamlReader.ReadText(yaml, "f"), "k", reading);
        try
        {
            reading.ThrowIfWrong();
            return (parsed, null);
        }
        catch (ConfigException e)
        {
            return (parsed, e.Errors.Single().Message);
        }
    }

    static string? Resolved<T>(ValueType<T> type, string yaml) =>
        (Read(type, yaml).Parsed?.Resolved as ScalarNode)?.Text;

    [TestCase("1e-4", "0.0001")]
    [TestCase("0.0001", "0.0001")]
    [TestCase("1.0E-4", "0.0001")]
    [TestCase("+.5", "0.5")]
    [TestCase("3", "3")]
    [TestCase("3.0", "3")]
    [TestCase("-0.0", "0")]
    public void Equal_numbers_resolve_to_one_text(string yaml, string resolved) =>
        Assert.That(Resolved(Values.Number(), yaml), Is.EqualTo(resolved));

    [TestCase("1e-2", "0.01")]
    [TestCase("0.50", "0.5")]
    [TestCase("0.29", "0.29")]
    [TestCase("-0.0", "0")]
    [TestCase("1.000", "1")]
    public void Equal_decimals_resolve_to_one_text(string yaml, string resolved) =>
        Assert.That(Resolved(Values.Decimal(0, 1), yaml), Is.EqualTo(resolved));

    [Test]
    public void A_decimal_is_the_one_that_was_written() =>
        // 0.29 * 100 in binary is 28.999999999999996
        Assert.That(Read(Values.Decimal(0, 1), "0.29").Parsed!.Value * 100, Is.EqualTo(29m));

    [TestCase("NaN")]
    [TestCase(".nan")]
    [TestCase("Infinity")]
    [TestCase(".inf")]
    [TestCase("-.inf")]
    [TestCase("1e400")]
    [TestCase("1,5")]
    [TestCase("true")]
    public void What_is_no_finite_number_is_refused(string yaml) =>
        Assert.That(Read(Values.Number(), yaml).Complaint, Is.EqualTo($"k: expected a number, got '{yaml}'"));

    [TestCase("1e-400")]
    [TestCase("-0.3e-500")]
    [TestCase("0.00000000000001E-320")]
    public void What_would_become_zero_is_refused(string yaml)
    {
        var expected = $", got '{yaml}'; it is too small to be told from 0; write 0 or a larger number";
        Assert.That(Read(Values.Number(), yaml).Complaint, Is.EqualTo($"k: expected a number{expected}"));
        Assert.That(
            Read(Values.Decimal(-1, 1), yaml).Complaint,
            Is.EqualTo($"k: expected a number from -1 to 1{expected}")
        );
    }

    [TestCase("\"3\"", "got \"3\"; leave out the quotes")]
    [TestCase("1_000", "got '1_000'; write 1000")]
    [TestCase("0x10", "got '0x10'; write 16")]
    [TestCase("1.0", "got '1.0'; write 1")]
    [TestCase("1e3", "got '1e3'; write 1000")]
    [TestCase("1.5", "got '1.5'")]
    [TestCase("3000000000", "got '3000000000'; an integer lies between -2147483648 and 2147483647")]
    [TestCase("[3]", "got a list of 1")]
    [TestCase("[]", "got an empty list")]
    [TestCase("{a: 3}", "got a mapping")]
    [TestCase("null", "got nothing")]
    [TestCase("${THREE}", "got '${THREE}'")]
    public void What_is_no_integer_is_refused_with_a_remedy(string yaml, string got) =>
        Assert.That(Read(Values.Integer(), yaml).Complaint, Is.EqualTo($"k: expected an integer, {got}"));

    [TestCase("7", 7)]
    [TestCase("-7", -7)]
    [TestCase("+7", 7)]
    [TestCase("007", 7)]
    public void Integers_are_read(string yaml, int value) =>
        Assert.That(Read(Values.Integer(), yaml).Parsed!.Value, Is.EqualTo(value));

    [TestCase("1", null)]
    [TestCase("5", null)]
    [TestCase("0", "k: expected an integer from 1 to 5, got '0'")]
    [TestCase("6", "k: expected an integer from 1 to 5, got '6'")]
    public void The_ends_of_a_range_belong_to_it(string yaml, string? complaint) =>
        Assert.That(Read(Values.Integer(1, 5), yaml).Complaint, Is.EqualTo(complaint));

    [TestCase("true", null)]
    [TestCase("True", "k: expected true or false, got 'True'")]
    [TestCase("'true'", "k: expected true or false, got \"true\"")]
    public void A_flag_is_written_in_one_way(string yaml, string? complaint) =>
        Assert.That(Read(Values.Flag, yaml).Complaint, Is.EqualTo(complaint));

    [TestCase("3", "3")]
    [TestCase("a b", "a b")]
    [TestCase("'null'", "null")]
    public void Text_is_any_scalar(string yaml, string text) =>
        Assert.That(Read(Values.Text, yaml).Parsed!.Value, Is.EqualTo(text));

    [TestCase("[a]", "k: expected text, got a list of 1: [a]")]
    [TestCase("~", "k: expected text, got nothing")]
    [TestCase("''", "k: expected text, got \"\"")]
    public void Text_is_not_empty(string yaml, string complaint) =>
        Assert.That(Read(Values.Text, yaml).Complaint, Is.EqualTo(complaint));

    [Test]
    public void A_long_text_is_shown_by_its_beginning_on_one_line()
    {
        var yaml = $"\"ab\\n{new string('x', 500)}\"";

        Assert.That(
            Read(Values.Flag, yaml).Complaint,
            Is.EqualTo($"k: expected true or false, got \"ab {new string('x', 57)}...\"")
        );
    }

    [TestCase("[1, 2]", null)]
    [TestCase("[1]", "k: expected a list of at least 2, each an integer >= 1, got a list of 1: [1]")]
    [TestCase("3", "k: expected a list of at least 2, each an integer >= 1, got '3'")]
    [TestCase("[1, x]", "k.1: expected an integer >= 1, got 'x'")]
    [TestCase("[1, [2]]", "k.1: expected an integer >= 1, got a list of 1")]
    public void A_list_checks_its_length_and_items(string yaml, string? complaint) =>
        Assert.That(Read(Values.List(Values.Integer(min: 1), min: 2), yaml).Complaint, Is.EqualTo(complaint));

    [Test]
    public void Nothing_is_a_value_only_where_it_is_optional()
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                Read(Values.Optional(Values.Text), "~").Parsed,
                Is.EqualTo(new Parsed<string?>(null, new ScalarNode(null, new Place("f", 1, 1))))
            );
            Assert.That(Read(Values.OptionalNumber(Values.Integer()), "~").Parsed!.Value, Is.Null);
            Assert.That(Read(Values.OptionalNumber(Values.Integer()), "4").Parsed!.Value, Is.EqualTo(4));
            Assert.That(
                Read(Values.Optional(Values.Text), "[]").Complaint,
                Is.EqualTo("k: expected text, got an empty list")
            );
        }
    }

    [Test]
    public void A_condition_completes_the_sentence()
    {
        var odd = Values.Integer().Where(value => value % 2 == 1, "an odd integer").Select(value => value * 10);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Read(odd, "3").Parsed!.Value, Is.EqualTo(30));
            Assert.That(Resolved(odd, "3"), Is.EqualTo("3"));
            Assert.That(Read(odd, "4").Complaint, Is.EqualTo("k: expected an odd integer, got '4'"));
        }
    }

    [Test]
    public void Two_entries_of_one_name_are_a_bug_of_the_program() =>
        Assert.That(
            () =>
                new Registry<int>(
                    "axis",
                    new Entry<int>("a", "", "", [], _ => 1),
                    new Entry<int>("a", "", "", [], _ => 2)
                ),
            Throws.ArgumentException
        );
}
