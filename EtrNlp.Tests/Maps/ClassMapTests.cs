using EtrNlp.Data.Configuration;
using EtrNlp.Data.Datasets;
using EtrNlp.Tests.Images;
using NUnit.Framework;

namespace EtrNlp.Tests.Maps;

/// <summary>Class maps of one's own reach the network as the numbers that stand in the files.</summary>
public sealed class ClassMapTests
{
    static readonly byte[] Numbers = [0, 1, 2, 255, 1, 1, 2, 2, 0, 0, 255, 255, 2, 1, 0, 1];

    static IEnumerable<TestCaseData> Damages =>
        [
            Damage(
                "a number without a class",
                HandMadePng.Grey(4, 4, [.. Numbers[..^2], 7, 0]),
                "m/b.png has 7 in row 3, column 2, which is none of 3 classes and not void. "
                    + "Copy or convert them again, set classes and void to what they have, or take their rows out of"
            ),
            Damage(
                "another size",
                HandMadePng.Grey(2, 4, Numbers[..8]),
                "m/b.png is 2x4 and its image b.png is 4x4; a map has a value for every pixel"
            ),
            Damage("colours", HandMadePng.Rgb(1, 1, 1, 2, 3), "m/b.png is 8-bit RGB, expected grey or palette"),
            Damage("16 bits", HandMadePng.Grey16(1, 1, 3), "m/b.png is 16-bit grey, expected grey or palette of at"),
            Damage("half a file", HandMadePng.Grey(4, 4, Numbers)[..50], "m/b.png is incomplete (50 bytes)"),
        ];

    // The numbers that are not void are x, y, z in their order.
    [TestCase("[255]", "x y z", new float[] { 0, 1, 2, -1, 1, 1, 2, 2, 0, 0, -1, -1, 2, 1, 0, 1 })]
    [TestCase("[255]", "x z", new float[] { 0, -1, 1, -1, -1, -1, 1, 1, 0, 0, -1, -1, 1, -1, 0, -1 })]
    [TestCase("[255]", "z x", new float[] { 1, -1, 0, -1, -1, -1, 0, 0, 1, 1, -1, -1, 0, -1, 1, -1 })]
    [TestCase("[255, 0]", "x y", new float[] { -1, 0, 1, -1, 0, 0, 1, 1, -1, -1, -1, -1, 1, 0, -1, 0 })]
    public void A_task_meets_its_classes_in_its_own_order(string voids, string classes, float[] expected)
    {
        using var table = new MappedTable(
            $"{{seg: {{kind: classes, column: map, classes: [x, y, z], void: {voids}}}}}"
        );
        Write(table, HandMadePng.Grey(4, 4, Numbers));

        Assert.That(table.Read(new PixelMap.Classes([.. classes.Split(' ')])), Is.EqualTo(expected));
    }

    [Test]
    public void A_palette_is_not_looked_at_and_a_smaller_map_mixes_no_classes()
    {
        using var table = new MappedTable("{seg: {kind: classes, column: map, classes: [x, y, z]}}");
        // Two bits a number: rows of one byte.
        Write(
            table,
            HandMadePng.Of(3, 2, 4, 4, [0, 0b00011000, 0, 0b01000110, 0, 0b00011000, 0, 0b10010100])
        );

        // Rows 1 and 3, columns 1 and 3 of 0120, 1012, 0120, 2110.
        Assert.That(table.Read(new PixelMap.Classes(["x", "y", "z"]), "2"), Is.EqualTo(new float[] { 0, 2, 1, 0 }));
    }

    [TestCaseSource(nameof(Damages))]
    public void A_damaged_map_is_named(byte[] file, string expected)
    {
        using var table = new MappedTable("{seg: {kind: classes, column: map, classes: [x, y, z]}}");
        Write(table, HandMadePng.Grey(4, 4, Numbers));
        table.Folder.Write("m/b.png", file);

        Assert.That(
            () => table.Read(new PixelMap.Classes(["x"])),
            Throws.TypeOf<DataException>().With.Message.Contains(expected)
        );
    }

    [Test]
    public void Maps_that_are_not_there_are_named_before_anything_is_decoded()
    {
        using var table = new MappedTable("{seg: {kind: classes, column: map, classes: [x]}}");
        table.Folder.Write("m/a.png", HandMadePng.Grey(4, 4, new byte[16]));

        Assert.That(
            () => table.Source().Validate(table.Request(new PixelMap.Classes(["x"]))),
            Throws
                .TypeOf<DataException>()
                .With.Message.Contains("labels.csv: 1 of 3 maps of column 'map' are missing below ")
                .And.Message.Contains(": m/b.png. Copy them there")
        );
    }

    [Test]
    public void A_row_without_a_map_is_named_by_its_line()
    {
        using var table = new MappedTable("{seg: {kind: classes, column: map, classes: [x]}}");
        File.WriteAllText(
            table.Folder.At("labels.csv"),
            "image,split,map\na.png,train,\nb.png,train,\nc.png,val,m/a.png\n"
        );

        Assert.That(
            () => table.Source().Validate(table.Request(new PixelMap.Classes(["x"]))),
            Throws
                .TypeOf<DataException>()
                .With.Message.Contains("rows without a file in column 'map' (2): line 2; line 3. Fill them")
        );
    }

    [TestCase("{seg: {kind: classes, column: mop, classes: [x]}}", "has no column 'mop' of maps; did you mean 'map'?")]
    [TestCase("{seg: {kind: classes, column: map, classes: [xx]}}", "tasks.0.type: dataset.maps has no class 'x'")]
    [TestCase("{}", "tasks.0.type: this task asks for classes of pixels, which no map has; add one to")]
    public void What_a_task_asks_for_has_to_be_there(string maps, string expected)
    {
        using var table = new MappedTable(maps);

        Assert.That(
            () => table.Source().Validate(table.Request(new PixelMap.Classes(["x"]))),
            Throws.Exception.With.Message.Contains(expected)
        );
    }

    [Test]
    public void Classes_of_several_maps_are_not_of_one_task()
    {
        using var table = new MappedTable(
            "{p: {kind: classes, column: map, classes: [x]}, q: {kind: classes, column: map, classes: [y]}}"
        );

        Assert.That(
            () => table.Source().Validate(table.Request(new PixelMap.Classes(["x", "y"]))),
            Throws.Exception.With.Message.Contains("x, y are classes of several maps; make a task for each map")
        );
    }

    [TestCase("[]", "expected a mapping from names to values")]
    [TestCase("{s: {kind: colours}}", "there is no map 'colours'")]
    [TestCase("{s: {kind: classes, column: map, classes: [x, x]}}", "expected a list of different names, at most 255")]
    [TestCase("{s: {kind: classes, column: map, classes: [x], void: [256]}}", "void.0: expected an integer from 0 to")]
    [TestCase("{s: {kind: classes, column: map, classes: [x], void: [3, 3]}}", "expected a list of different integers")]
    [TestCase(
        "{s: {kind: classes, column: map, classes: [x]}, t: {kind: classes, column: map, classes: [x]}}",
        "maps whose classes all have different names"
    )]
    public void A_wrong_key_is_refused(string maps, string expected)
    {
        using var table = new MappedTable(maps);

        Assert.That(() => table.Source(), Throws.TypeOf<ConfigException>().With.Message.Contains(expected));
    }

    static void Write(MappedTable table, byte[] map)
    {
        table.Folder.Write("m/a.png", map);
        table.Folder.Write("m/b.png", map);
    }

    static TestCaseData Damage(string name, byte[] file, string expected) =>
        new TestCaseData(file, expected).SetArgDisplayNames(name);
}
