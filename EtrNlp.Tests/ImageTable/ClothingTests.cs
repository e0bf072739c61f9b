using System.Security.Cryptography;
using EtrNlp.Data.Datasets;
using EtrNlp.Data.Images;
using EtrNlp.Data.ImageTable;
using EtrNlp.Tests.Images;
using NUnit.Framework;

namespace EtrNlp.Tests.ImageTable;

/// <summary>
/// 5,096 photographs of garments with 15 attributes, where they are at hand: <c>clothing</c> below the folder that
/// ETRNLP_DATA names, or below <c>shared/data</c> of a folder above the tests.
/// </summary>
public sealed class ClothingTests
{
    // SHA-256 of the RGB bytes of every 102nd image by Pillow 9.4.0: exif_transpose, convert("RGB"), resize of the
    // shorter side to 64 (the other int(64 * long / short), BILINEAR), crop of 64 x 64 at int(round((side - 64) / 2)).
    const string Pixels = """
        images/00000.jpg 02e038f8a57091c78171a87755c87e89547fb43cb3bc7aef7ddc8221b84eb538
        images/00102.jpg 36d17fd8b651d70d03cf101c68a632ffb9190dec7f052d4b722b0cfd1519ab6a
        images/00204.jpg fdd27bda700dc14bb41bafb53fe1d70ab898652dbc13d7f553447b2ebe44bfe0
        images/00306.jpg 5d4dc404787512c682c9f4cc0b4bb6403b63ef901ec91ee32802d32d97e4f58b
        images/00408.jpg a9a0cceb5539c3a57e177e4b8b45a31bcf84d7ba263d846c2ea87bff9879eb0a
        images/00510.jpg a324a53714b424ccd780dea9c9a40779dbefedd4987ee4100a4735a52bdb7891
        images/00612.jpg 1f226257de5d7e149c4da5ec741d915f7018951d39c19ed3082669e18c03411e
        images/00714.jpg a9d503e210622efb7ef3679471b917344bce63c6a3e31460df457b6908a727fa
        images/00816.jpg c4efec34d15c3eb322313a428ef4809f84ca314556e503cabbc939254ac1ab5f
        images/00918.jpg a4848a74bd09993311bd76a50767b510a593477c843cd8580920502928052794
        images/01020.jpg d33cf76ddc2f6296fac438632cdbe35ae22430ff1170d5de3d8027944a92abcf
        images/01122.jpg 96ef40e624dba2722c088d631c8e51d5f9f67bfbc96965e2517fd8d1a4cc6f27
        images/01224.jpg 36749fef7a02ca6778c44c49f8462d7f3dcf7e93ed814178d8a0cf9cc76ffd51
        images/01326.jpg 82da579feed8613a0721809bd8211be3ecb84cef08a77bd32653211b61e99b8d
        images/01428.jpg 77c48acda1f3affca20ca3556cf11d8d9a86ffb912bf3de2d8f385d48dc4cf6e
        images/01530.jpg d16890765cd7018b333ad929b7ff8ca719054b5255cadbf566a13245c4ca8229
        images/01632.jpg ed1c720eda3518880d927425b74ecaf9765d78a44e6f6d837ae8ced0bcbd33ad
        images/01734.jpg 610b491f3c735c64b43067a459ce62c58625d668dfff0b070448802626e2a7ec
        images/01836.jpg b54bf0283d4d3c4f72dd48d84c377d14725de44c70255a0d4213e2121519c827
        images/01938.jpg 4d949bdb4d5b39c05c91613f2e529c1ca3a80cd01fd917c69c622f470903f5f1
        images/02040.jpg 775be9d66be567bd75c00469875ed10bb15069c9d8746355c61aaa06015e57dc
        images/02142.jpg 093e7491348503d9353d8ae38797b9a28c56c21b626f79f9416301f2d8f56e6a
        images/02244.jpg 2093f610b6284cdb124b68a34cf42fabc01baf934c499257f4d72cf8efdc2d8a
        images/02346.jpg aafa016523d37880a155d518f06078280d5da526ddbafba967a45de518e067b4
        images/02448.jpg 9c9b1204e0c0300ef0888dc83b9996ecd8b47332a11455d9fba989cb33a24787
        images/02550.jpg 94f9524d7b8f6957102fc45657b5889804bd3fdd5fa0e7fae58d9cb6f9108be7
        images/02652.jpg 2b148e5642822a05574188c11e8e734cad18d755dccecdf40e5996fb26208a40
        images/02754.jpg fb4acc027fb4a6eaf525b7c3afffa90feb5c61c4dd9d4c0b77c55120c1039224
        images/02856.jpg 8f4e997af0b4b8133f80b83976b7056b25b28e8b89ebcccbce26a6eb61ecd807
        images/02958.jpg 1798222bca9beb4b75a00e6ef32065abb9474884286f5b5ef3a71cbe86962ac8
        images/03060.jpg 8783ae15326aae1c8e5b827efd597103eb9d59c4b1569e3a314de0b7c3df8d18
        images/03162.jpg 98f317c538fe26584b1beb32b9ee236af6bdf7eb7327f55f5d5d286aed70cc1e
        images/03264.jpg ee43b6c3804589ab8d708f8568318944078ace5837d337d83be08e0a54fa97f0
        images/03366.jpg f3cb338c2649d1ae9080245e2dfc63ca09cecf872671c4d9a9195d4bbf5af06a
        images/03468.jpg a5e543ed57b269a3e65905b6b41dd3cfd5b5960a9767202a9e4a490f1423bdb6
        images/03570.jpg 821c6d73a28d64e5961af027917cb63a54453387e7150573ffd3e2ca6c42262c
        images/03672.jpg 80798630d4c66fb6d018264fbccc426eba56fd532b1571e3ad7a3c33e8a7cc0f
        images/03774.jpg 55a30c8bf6e78e8e05a2ecebbc3c63863e99b83b75edce0b4276ffa0a5725014
        images/03876.jpg 1adc77dddb4a0bbe8eb61b4843fc3b5a660854cd590de6064c4ac06d9e002986
        images/03978.jpg aef3e23a42befee61f6c475c9b7f62e7b446461c7a215c4505b875998009889b
        images/04080.jpg f076eba26a3a7efa5aa78b85c2225bb164b24d3e32f0b1a3ab997b1590ef4087
        images/04182.jpg 8a47c81b1a6980b5de90ea1fce883555d0b249ddc5d7075ca5c32742f5cc967b
        images/04284.jpg 0060e6a14f006f841ad8c87adfaeabd48e891d2f9ef80c141e40c1cbb4e8d46e
        images/04386.jpg 358d6fab4d772ffbfca24f1b09f5c24215c91243cfe259783bec715ea7475a26
        images/04488.jpg 6417ca91c9eba739a68382dc35b5fe7b22f1866a49281fd52f1f251ce33db341
        images/04590.jpg 64951fef4aa51d7f6950e75f43e5acb9dbc7930b906f1813254c58984978db6d
        images/04692.jpg 3184fdd43b0413158e7e11e264d415fb2e18eff39eab2f9787c13fe813cd3f4e
        images/04794.jpg f1ad7ff8ad4c6f9f7aec1a1cff1c62932c7c3ccccac8b2a667ecd3019bab38b3
        images/04896.jpg fe78620e8ab957071e56a5d15e86ce4e7b3fff590fe3cfe75bab4371058c9c67
        images/04998.jpg 66cc0a3e336aa4f333fdb7662c35c871888bbbb8346a51b9aaec8a2b61f9023d
        """;

    [Test]
    public void Every_image_decodes_and_becomes_the_bytes_of_Pillow()
    {
        using var folder = new ImageFolder();
        var source = new Data.ImageTable.ImageTable(
            new TableFormat(Root(), "labels.csv", "image", "split", Separator.Auto),
            ImageSizing.Crop(64),
            PixelNormalization.None
        );
        using var dataset = source.Open(folder.Request("upper_body", "for_children"), default);

        Assert.That(Enum.GetValues<Split>().Select(dataset.Count), Is.EqualTo(new[] { 4070, 513, 513 }));
        var hashes = HashesByName(dataset, LabelTable.Read(source.Format, folder.Request()));
        foreach (var line in Pixels.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            Assert.That(hashes[line.Split(' ')[0]], Is.EqualTo(line.Split(' ')[1]), line);
        }
    }

    static Dictionary<string, string> HashesByName(IDataset dataset, LabelTable table)
    {
        var hashes = new Dictionary<string, string>();
        var pixels = new byte[64 * 64 * 3];
        foreach (var rows in Enumerable.Range(0, table.Images.Count).GroupBy(row => table.Splits[row]))
        {
            foreach (var (index, row) in rows.Index())
            {
                dataset.ReadImages(rows.Key, [index], pixels);
                hashes[table.Images[row].Name] = Convert.ToHexStringLower(SHA256.HashData(pixels));
            }
        }

        return hashes;
    }

    static string Root()
    {
        var named = Environment.GetEnvironmentVariable("ETRNLP_DATA");
        var above = Ancestors(AppContext.BaseDirectory).Select(folder => Path.Combine(folder, "shared", "data"));
        var found = above
            .Prepend(named ?? "")
            .Select(folder => Path.Combine(folder, "clothing"))
            .FirstOrDefault(folder => File.Exists(Path.Combine(folder, "labels.csv")));
        if (found is null)
        {
            Assert.Ignore(
                "the clothing photographs are not here; name the folder that holds 'clothing' in ETRNLP_DATA"
            );
        }

        return found;
    }

    static IEnumerable<string> Ancestors(string folder)
    {
        for (var current = new DirectoryInfo(folder); current is not null; current = current.Parent)
        {
            yield return current.FullName;
        }
    }
}
